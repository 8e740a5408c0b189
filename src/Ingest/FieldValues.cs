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
    private readonly (int Start, int Length)[] _texts = new (int, int)[MaxFields];
    private byte[] _bytes = new byte[1024];

    // Where texts lie: in bytes of its own, or in the block that a line is of.
    private byte[] _source = [];
    private int _used;
    private uint _hasNumber;
    private uint _hasText;

    /// <summary>Forgets all values.</summary>
    public void Reset()
    {
        _hasNumber = 0;
        _hasText = 0;
        _used = 0;
    }

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
        _texts[slot] = (_used, text.Length);
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
        _hasNumber = form.NumberMask;
        _hasText = 0;
        _used = 0;
        if (form.HasTexts)
        {
            TakeTexts(slots, values, block);
            return;
        }
        for (int i = 0; i < slots.Length; i++)
        {
            _numbers[slots[i].Field] = values[i];
        }
    }

    private void TakeTexts(FormSlot[] slots, ReadOnlySpan<ulong> values, byte[] block)
    {
        _source = block;
        Pointers = 0;
        for (int i = 0; i < slots.Length; i++)
        {
            int field = slots[i].Field;
            if (!slots[i].IsText)
            {
                _numbers[field] = values[i];
                continue;
            }
            int start = (int)(values[i] >> 32);
            ReadOnlySpan<byte> text = block.AsSpan(start, (int)(uint)values[i]);
            _hasText |= 1u << field;
            ulong number;
            switch (slots[i].Base)
            {
                case FieldBase.Rest:
                    text = text.TrimEnd((byte)' ');
                    break;
                case FieldBase.Pointer:
                    Pointers += text.StartsWith("0x"u8) ? 0 : 1;
                    if (PairGrammar.TryPointer(text, LineBlock.Slack / 2, out number))
                    {
                        Set(field, number);
                    }
                    break;
                default:
                    if (PairGrammar.TryWord(text, LineBlock.Slack / 2, out number))
                    {
                        Set(field, number);
                    }
                    break;
            }
            _texts[field] = (start, text.Length);
        }
    }

    /// <summary>Begins a record whose numbers are known beforehand: they are written straight to their slots.</summary>
    /// <param name="numbers">Bits of the slots that get one.</param>
    internal Span<ulong> Begin(uint numbers)
    {
        _hasNumber = numbers;
        _hasText = 0;
        _used = 0;
        return _numbers;
    }

    /// <summary>Whether a number was given.</summary>
    public bool Has(int slot) => (_hasNumber >> slot & 1) != 0;

    /// <summary>Whether a text was given.</summary>
    public bool HasText(int slot) => (_hasText >> slot & 1) != 0;

    /// <summary>The number of a slot, 0 when absent.</summary>
    public ulong Number(int slot) => Has(slot) ? _numbers[slot] : 0;

    /// <summary>The number of a slot as a signed one.</summary>
    public long Signed(int slot) => unchecked((long)Number(slot));

    /// <summary>The text of a slot, empty when absent.</summary>
    public ReadOnlySpan<byte> Text(int slot) => HasText(slot) ? _source.AsSpan(_texts[slot].Start, _texts[slot].Length) : default;
}
