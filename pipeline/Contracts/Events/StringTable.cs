using System.Runtime.InteropServices;
using System.Text;

namespace SecondLook.Contracts.Events;

/// <summary>Interned UTF-8 strings with dense ids from 0, in order of first appearance: task names, tracepoint names, flag texts.</summary>
/// <remarks>Ids depend on the order of input only, so they are the same on every run. Not safe for concurrent writers.</remarks>
public sealed class StringTable
{
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly List<string> _strings = [];
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    /// <summary>Creates an empty table.</summary>
    public StringTable() => _lookup = _ids.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Number of strings.</summary>
    public int Count => _strings.Count;

    /// <summary>The string with an id.</summary>
    public string this[int id] => _strings[id];

    /// <summary>All strings in id order.</summary>
    public ReadOnlySpan<string> Strings => CollectionsMarshal.AsSpan(_strings);

    /// <summary>The id of a text, added if new.</summary>
    public int Intern(ReadOnlySpan<char> text)
    {
        ref int slot = ref CollectionsMarshal.GetValueRefOrAddDefault(_lookup, text, out bool exists);
        if (!exists)
        {
            slot = _strings.Count;
            _strings.Add(text.ToString());
        }
        return slot;
    }

    /// <summary>The id of a UTF-8 text, added if new; invalid bytes become U+FFFD.</summary>
    public int Intern(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length <= 256)
        {
            Span<char> chars = stackalloc char[256];
            int length = Encoding.UTF8.GetChars(utf8, chars);
            return Intern(chars[..length]);
        }
        return Intern(Encoding.UTF8.GetString(utf8).AsSpan());
    }
}
