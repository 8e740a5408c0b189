using System.Text;
using System.Text.Json;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest;

/// <summary>What tracepoints may use beside the message: interned strings, repair counters, settings of the capture.</summary>
public sealed class DecodeContext
{
    private static readonly int RepairKinds = Enum.GetValues<RepairKind>().Length;
    private readonly long[] _repairs = new long[RepairKinds];
    private const int KnownTexts = 256;
    private const int LongestKnown = 64;
    private readonly (byte[]? Bytes, int Id)[] _known = new (byte[]?, int)[KnownTexts];
    private readonly StringBuilder _extra = new();
    private int _extraCount;

    /// <summary>Creates the context of one dataset.</summary>
    /// <param name="strings">String table of the dataset.</param>
    public DecodeContext(StringTable strings) => Strings = strings;

    /// <summary>Strings of the dataset.</summary>
    public StringTable Strings { get; }

    /// <summary>Values of the record at hand, for tracepoints whose text is pairs.</summary>
    public FieldValues Values { get; } = new();

    /// <summary>Counts of repairs, by <see cref="RepairKind"/>.</summary>
    public ReadOnlySpan<long> Repairs => _repairs;

    /// <summary>Whether the address of kvm_page_fault is a guest virtual one (shadow paging).</summary>
    public bool ShadowPaging { get; set; }

    /// <summary>Whether frames of kernel stacks are used.</summary>
    internal bool TakesStacks { get; set; }

    /// <summary>Whether bare numbers of pairs are decimal whatever the print format says (text that a tool could not parse).</summary>
    public bool PairsAreDecimal { get; set; }

    /// <summary>VMs of the dataset.</summary>
    internal Meaning.VmTable Vms { get; } = new();

    /// <summary>Index of the VM that an event names.</summary>
    /// <param name="prefix">Kind of name, such as <c>kvm:</c>.</param>
    /// <param name="name">The name itself.</param>
    public int VmOf(string prefix, ReadOnlySpan<byte> name) => Vms.Add(prefix + Encoding.UTF8.GetString(name));

    /// <summary>Counts a repair.</summary>
    public void Repair(RepairKind kind, long amount = 1) => _repairs[(int)kind] += amount;

    /// <summary>Id of a text.</summary>
    public int Intern(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is 0 or > LongestKnown)
        {
            return Strings.Intern(utf8);
        }
        // The same few words come again and again: their bytes are compared, which is cheaper than looking a string up.
        ref (byte[]? Bytes, int Id) known = ref _known[(utf8[0] + (utf8[^1] * 31) + (utf8[utf8.Length / 2] * 7) + utf8.Length) & (KnownTexts - 1)];
        if (known.Bytes is null || !utf8.SequenceEqual(known.Bytes))
        {
            known = (utf8.ToArray(), Strings.Intern(utf8));
        }
        return known.Id;
    }

    /// <summary>Reads a printed kernel pointer, which is dropped and counted.</summary>
    public bool SkipPointer(ref FieldCursor text)
    {
        Repair(RepairKind.PointerHashedOrRaw);
        return !text.Word().IsEmpty;
    }

    /// <summary>Keeps an unknown field of the event at hand.</summary>
    public void AddExtra(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        _extra.Append(_extraCount == 0 ? '{' : ',').Append(JsonString(name)).Append(':').Append(JsonString(value));
        _extraCount++;
    }

    /// <summary>Keeps the unknown <c>name: value</c> and <c>name=value</c> pairs at the end of a message, and all that were added before.</summary>
    /// <returns>False when the rest is something else; nothing is kept then.</returns>
    public bool FinishMessage(ReadOnlySpan<byte> rest, ref TraceEvent e)
    {
        if (rest.IsEmpty && _extraCount == 0)
        {
            return true;
        }
        rest = rest.Trim((byte)' ');
        bool understood = TryPairs(rest);
        if (understood && _extraCount > 0)
        {
            Repair(RepairKind.ExtraFields, _extraCount);
            e.Extra = Strings.Intern(_extra.Append('}').ToString().AsSpan());
        }
        DropExtra();
        return understood;
    }

    /// <summary>Forgets the unknown fields of the event at hand.</summary>
    public void DropExtra()
    {
        _extra.Clear();
        _extraCount = 0;
    }

    private bool TryPairs(ReadOnlySpan<byte> rest)
    {
        while (!rest.IsEmpty)
        {
            int nameEnd = PairGrammar.NameLength(rest);
            if (nameEnd == 0 || nameEnd == rest.Length || (rest[nameEnd] != '=' && rest[nameEnd] != ':'))
            {
                return false;
            }
            ReadOnlySpan<byte> name = rest[..nameEnd];
            rest = rest[(nameEnd + 1)..].TrimStart((byte)' ');
            int valueEnd = rest.IndexOfAny((byte)' ', (byte)',');
            ReadOnlySpan<byte> value = valueEnd < 0 ? rest : rest[..valueEnd];
            if (value.IsEmpty)
            {
                return false;
            }
            rest = rest[value.Length..].TrimStart(" ,"u8);
            AddExtra(name, value);
        }
        return true;
    }

    private static string JsonString(ReadOnlySpan<byte> utf8) => $"\"{JsonEncodedText.Encode(Encoding.UTF8.GetString(utf8))}\"";
}
