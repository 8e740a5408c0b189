using System.Numerics;
using System.Runtime.CompilerServices;
using SecondLook.Ingest.Text;
using SecondLook.Ingest.Text.Forms;

namespace SecondLook.Ingest;

/// <summary>Values of one record's fields, in the slots of <see cref="ITracepoint.Fields"/>. Reused for every record.</summary>
public sealed class FieldValues
{
    /// <summary>Most fields that a tracepoint may declare.</summary>
    public const int MaxFields = 32;

    private readonly ulong[] _numbers = new ulong[MaxFields];

    // Start of a text in the upper half, its length in the lower one.
    private readonly ulong[] _texts = new ulong[MaxFields];
    private byte[] _bytes = new byte[1024];

    // Where texts lie: in bytes of its own, or in the block that a line is of.
    private byte[] _source = [];
    private int _used;
    private uint _hasNumber;
    private uint _hasText;

    // Texts that may be numbers, read as such when somebody asks: most never are.
    private uint _maybeWord;
    private uint _maybePointer;

    /// <summary>Forgets all values.</summary>
    public void Reset() => _ = Begin(0);

    /// <summary>Sets a number; a signed one as its bit pattern.</summary>
    public void Set(int slot, ulong value)
    {
        _numbers[slot] = value;
        _hasNumber |= 1u << slot;
    }

    /// <summary>Sets a text; the bytes are copied.</summary>
    public void SetText(int slot, ReadOnlySpan<byte> text)
    {
        if (_used + text.Length > _bytes.Length)
        {
            Array.Resize(ref _bytes, (_used + text.Length) * 2);
        }
        text.CopyTo(_bytes.AsSpan(_used));
        _source = _bytes;
        _texts[slot] = ((ulong)_used << 32) | (uint)text.Length;
        _used += text.Length;
        _hasText |= 1u << slot;
    }

    /// <summary>Pointers without <c>0x</c> among the texts that the last <see cref="Take"/> took.</summary>
    internal int Pointers { get; private set; }

    /// <summary>Takes the values that a fixed form has read.</summary>
    /// <param name="form">The form.</param>
    /// <param name="values">Its values.</param>
    /// <param name="block">Bytes that texts lie in; they stay there.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Take(MessageForm form, ReadOnlySpan<ulong> values, byte[] block)
    {
        FormSlot[] slots = form.Slots;
        _ = Begin(form.NumberMask);
        for (int i = 0; i < slots.Length; i++)
        {
            _numbers[slots[i].Field] = values[i];
        }
        if (form.HasTexts)
        {
            TakeTexts(form, values, block);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void TakeTexts(MessageForm form, ReadOnlySpan<ulong> values, byte[] block)
    {
        FormSlot[] slots = form.Slots;
        for (int i = 0; i < slots.Length; i++)
        {
            // What is no text is not marked as one, so it may be put down too.
            _texts[slots[i].Field] = values[i];
        }
        _source = block;
        _hasText = form.TextMask;
        _maybeWord = form.WordMask;
        _maybePointer = form.PointerMask;
        for (uint left = form.RestMask; left != 0; left &= left - 1)
        {
            int rest = BitOperations.TrailingZeroCount(left);
            ReadOnlySpan<byte> text = Text(rest);
            _texts[rest] -= (uint)(text.Length - text.TrimEnd((byte)' ').Length);
        }
        Pointers = 0;
        for (uint left = form.PointerMask; left != 0; left &= left - 1)
        {
            Pointers += Text(BitOperations.TrailingZeroCount(left)).StartsWith("0x"u8) ? 0 : 1;
        }
    }

    /// <summary>Begins a record whose numbers are known beforehand: they are written straight to their slots.</summary>
    /// <param name="numbers">Bits of the slots that get one.</param>
    internal Span<ulong> Begin(uint numbers)
    {
        _hasNumber = numbers;
        _hasText = 0;
        _maybeWord = 0;
        _maybePointer = 0;
        _used = 0;
        return _numbers;
    }

    /// <summary>Whether a number was given.</summary>
    public bool Has(int slot) => (_hasNumber >> slot & 1) != 0 || (((_maybeWord | _maybePointer) >> slot & 1) != 0 && ReadNumber(slot));

    /// <summary>Whether a text was given.</summary>
    public bool HasText(int slot) => (_hasText >> slot & 1) != 0;

    /// <summary>The number of a slot, 0 when absent.</summary>
    public ulong Number(int slot) => Has(slot) ? _numbers[slot] : 0;

    /// <summary>The number of a slot as a signed one.</summary>
    public long Signed(int slot) => unchecked((long)Number(slot));

    /// <summary>The text of a slot, empty when absent.</summary>
    public ReadOnlySpan<byte> Text(int slot) => HasText(slot) ? _source.AsSpan((int)(_texts[slot] >> 32), (int)(uint)_texts[slot]) : default;

    // A text of a form's line: behind it lies the rest of the block.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool ReadNumber(int slot)
    {
        bool isPointer = (_maybePointer >> slot & 1) != 0;
        _maybePointer &= ~(1u << slot);
        _maybeWord &= ~(1u << slot);
        ReadOnlySpan<byte> text = Text(slot);
        bool read = isPointer
            ? PairGrammar.TryPointer(text, LineBlock.Slack / 2, out ulong number)
            : PairGrammar.TryWord(text, LineBlock.Slack / 2, out number);
        if (read)
        {
            Set(slot, number);
        }
        return read;
    }
}
