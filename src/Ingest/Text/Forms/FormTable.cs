using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SecondLook.Ingest.Text.Forms;

/// <summary>The forms of each event name, found by the bytes of the name.</summary>
internal sealed class FormTable
{
    /// <summary>Most forms that are tried for one name.</summary>
    public const int MaxFormsOfName = 6;

    // Names of an input are its own to invent; further ones take the slow reader.
    private const int MaxNames = 1 << 10;
    private readonly Slot[] _slots = new Slot[1 << 12];
    private readonly List<Names> _names = [];
    private int _formCount;

    /// <summary>Creates the table with the forms that tracepoints declare.</summary>
    /// <param name="tracepoints">All tracepoints of the catalogue.</param>
    public FormTable(TracepointTable tracepoints)
    {
        foreach (TracepointTable.Entry entry in tracepoints.Entries)
        {
            if (entry.Tracepoint is null || entry.Bytes.Length > 31)
            {
                continue;
            }
            Names names = Insert(entry.Bytes, entry);
            foreach (string form in entry.Tracepoint.PrintedForms)
            {
                Add(names, new MessageForm(entry, form));
            }
        }
    }

    /// <summary>All forms, by index; forms are only ever added.</summary>
    public MessageForm[] Forms { get; private set; } = new MessageForm[64];

    /// <summary>What is known of the event name at a place.</summary>
    /// <param name="text">First byte of the name; 32 bytes are readable.</param>
    /// <param name="length">Bytes of the name, up to its colon.</param>
    /// <returns>Null when there is no name, or too many were met already.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Names? Find(ref byte text, out int length)
    {
        Vector256<byte> raw = Vector256.LoadUnsafe(ref text);
        uint colons = Vector256.Equals(raw, Vector256.Create((byte)':')).ExtractMostSignificantBits();
        length = BitOperations.TrailingZeroCount(colons);
        ref Slot slots = ref MemoryMarshal.GetArrayDataReference(_slots);
        for (uint i = Hash(ref text, length); ; i++)
        {
            ref Slot slot = ref Unsafe.Add(ref slots, (nint)(i & ((1 << 12) - 1)));
            if (slot.Length == length && (Vector256.Equals(raw, slot.Name).ExtractMostSignificantBits() | uint.MaxValue << length) == uint.MaxValue)
            {
                return slot.Names;
            }
            if (slot.Names is null)
            {
                return AddUnknown(ref text, length);
            }
        }
    }

    /// <summary>Adds a form that the text showed.</summary>
    public void Add(Names names, MessageForm form)
    {
        if (names.Forms.Length == MaxFormsOfName)
        {
            return;
        }
        if (_formCount == Forms.Length)
        {
            // Blocks on their way keep the array that they were given.
            MessageForm[] bigger = new MessageForm[_formCount * 2];
            Forms.CopyTo(bigger, 0);
            Forms = bigger;
        }
        Forms[_formCount] = form;
        names.Forms = [.. names.Forms, _formCount++];
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Names? AddUnknown(ref byte text, int length)
    {
        ReadOnlySpan<byte> name = MemoryMarshal.CreateReadOnlySpan(ref text, Math.Min(length, 31));
        if (length is 0 or > 31 || _names.Count >= MaxNames || PairGrammar.NameLength(name) != length
            || name.SequenceEqual("tracing_mark_write"u8) || name.SequenceEqual("print"u8))
        {
            return null;
        }
        Names names = Insert(name.ToArray(), null);
        Add(names, new MessageForm(names.Bytes));
        return names;
    }

    private Names Insert(byte[] name, TracepointTable.Entry? entry)
    {
        Names names = new(name, entry);
        _names.Add(names);
        Span<byte> padded = stackalloc byte[32];
        padded.Clear();
        name.CopyTo(padded);
        uint i = Hash(ref MemoryMarshal.GetReference(padded), name.Length);
        while (_slots[i & (_slots.Length - 1)].Names is not null)
        {
            i++;
        }
        _slots[i & (_slots.Length - 1)] = new Slot { Name = Vector256.Create((ReadOnlySpan<byte>)padded), Length = name.Length, Names = names };
        return names;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Hash(ref byte text, int length)
    {
        int cut = 8 * (8 - Math.Min(length, 8));
        ulong head = Unsafe.ReadUnaligned<ulong>(ref text) << cut;
        ulong tail = length >= 8 ? Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref text, length - 8)) : 0;
        return (uint)(((head ^ (tail * 0x9E3779B97F4A7C15)) * 0xD6E8FEB86659FD93) >> 40);
    }

    /// <summary>One event name and its forms.</summary>
    /// <param name="bytes">The name.</param>
    /// <param name="entry">Its tracepoint, or null.</param>
    internal sealed class Names(byte[] bytes, TracepointTable.Entry? entry)
    {
        /// <summary>The name.</summary>
        public byte[] Bytes { get; } = bytes;

        /// <summary>Its tracepoint, or null.</summary>
        public TracepointTable.Entry? Entry { get; } = entry;

        /// <summary>Indices of its forms.</summary>
        public int[] Forms { get; set; } = [];
    }

    private struct Slot
    {
        public Vector256<byte> Name;
        public Names? Names;
        public int Length;
    }
}
