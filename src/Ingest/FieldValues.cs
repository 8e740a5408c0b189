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

    // Numbers by field, then texts by field (start in the upper half, length in the lower one), then the values of a form as they stand.
    private const int TextPlaces = MaxFields;
    private const int FormPlaces = 2 * MaxFields;
    private static readonly byte[] OwnNumbers = Places(0);
    private static readonly byte[] OwnTexts = Places(TextPlaces);
    private readonly ulong[] _values = new ulong[3 * MaxFields];
    private byte[] _numberPlaces = OwnNumbers;
    private byte[] _textPlaces = OwnTexts;
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
        _values[_numberPlaces[slot]] = value;
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
        _values[TextPlaces + slot] = ((ulong)_used << 32) | (uint)text.Length;
        _used += text.Length;
        _hasText |= 1u << slot;
    }

    /// <summary>Pointers without <c>0x</c> among the texts that the last <see cref="Take"/> took.</summary>
    internal int Pointers { get; private set; }

    /// <summary>Begins records of one fixed form.</summary>
    /// <param name="form">The form.</param>
    /// <param name="block">Bytes that texts lie in; they stay there.</param>
    internal void Begin(MessageForm form, byte[] block)
    {
        _hasNumber = form.NumberMask;
        _hasText = 0;
        _maybeWord = 0;
        _maybePointer = 0;
        _numberPlaces = form.NumberPlaces;
        if (form.HasTexts)
        {
            _textPlaces = form.TextPlaces;
            _source = block;
        }
    }

    /// <summary>Takes the values of the next record of the form that was begun.</summary>
    /// <param name="form">The form.</param>
    /// <param name="values">Its values; <see cref="MaxFields"/> can be read.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Take(MessageForm form, ReadOnlySpan<ulong> values)
    {
        // Eight at once, whether there are so many or not: no loop to leave, and no value to put where it belongs.
        values[..8].CopyTo(_values.AsSpan(FormPlaces));
        if (form.Slots.Length > 8)
        {
            values[8..MaxFields].CopyTo(_values.AsSpan(FormPlaces + 8));
        }
        if (form.HasTexts)
        {
            TakeTexts(form);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void TakeTexts(MessageForm form)
    {
        _hasNumber = form.NumberMask;
        _hasText = form.TextMask;
        _maybeWord = form.WordMask;
        _maybePointer = form.PointerMask;
        for (uint left = form.RestMask; left != 0; left &= left - 1)
        {
            int rest = BitOperations.TrailingZeroCount(left);
            ReadOnlySpan<byte> text = Text(rest);
            _values[_textPlaces[rest]] -= (uint)(text.Length - text.TrimEnd((byte)' ').Length);
        }
        Pointers = 0;
        for (uint left = form.PointerMask; left != 0; left &= left - 1)
        {
            Pointers += Text(BitOperations.TrailingZeroCount(left)).StartsWith("0x"u8) ? 0 : 1;
        }
    }

    /// <summary>Where the numbers and texts of a form's fields are among its values; the texts of other fields, and numbers that texts are read
    /// as, keep their own places.</summary>
    /// <param name="slots">Fields of the values, in their order.</param>
    internal static (byte[] Numbers, byte[] Texts) PlacesOf(ReadOnlySpan<FormSlot> slots)
    {
        byte[] numbers = Places(0);
        byte[] texts = Places(TextPlaces);
        for (int i = 0; i < slots.Length; i++)
        {
            (slots[i].IsText ? texts : numbers)[slots[i].Field] = (byte)(FormPlaces + i);
        }
        return (numbers, texts);
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
        _numberPlaces = OwnNumbers;
        _textPlaces = OwnTexts;
        return _values.AsSpan(0, MaxFields);
    }

    /// <summary>Whether a number was given.</summary>
    public bool Has(int slot) => (_hasNumber >> slot & 1) != 0 || (((_maybeWord | _maybePointer) >> slot & 1) != 0 && ReadNumber(slot));

    /// <summary>Whether a text was given.</summary>
    public bool HasText(int slot) => (_hasText >> slot & 1) != 0;

    /// <summary>The number of a slot, 0 when absent.</summary>
    public ulong Number(int slot) => Has(slot) ? _values[_numberPlaces[slot]] : 0;

    /// <summary>The number of a slot as a signed one.</summary>
    public long Signed(int slot) => unchecked((long)Number(slot));

    /// <summary>The text of a slot, empty when absent.</summary>
    public ReadOnlySpan<byte> Text(int slot) => HasText(slot) ? TextAt(_values[_textPlaces[slot]]) : default;

    private ReadOnlySpan<byte> TextAt(ulong place) => _source.AsSpan((int)(place >> 32), (int)(uint)place);

    private static byte[] Places(int first)
    {
        byte[] places = new byte[MaxFields];
        for (int i = 0; i < places.Length; i++)
        {
            places[i] = (byte)(first + i);
        }
        return places;
    }

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
