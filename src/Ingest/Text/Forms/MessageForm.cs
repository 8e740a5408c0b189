using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace SecondLook.Ingest.Text.Forms;

/// <summary>
/// One printed form of a tracepoint as a chain of literals and values, so that a message is compared and read without looking for anything.
/// What does not fit byte for byte is left to the tracepoint's own parser: a form never decides that a message is wrong.
/// </summary>
/// <remarks>
/// Written as text: <c>gfn {gfn:x} level {level:d}</c>. Values: <c>d</c> decimal, <c>s</c> signed decimal, <c>x</c> bare hex, <c>p</c> hex
/// with <c>0x</c> unless zero, <c>h</c> hex with <c>0x</c>, <c>w</c> word, <c>n</c> name of a thread up to the literal behind it, <c>r</c> rest of the line. A value whose field is
/// <see cref="FieldBase.Ignore"/> is read and dropped.
/// </remarks>
internal sealed class MessageForm
{
    private readonly FormStep[] _steps;

    /// <summary>Compiles a form.</summary>
    /// <param name="entry">Its tracepoint.</param>
    /// <param name="text">The form as text.</param>
    /// <exception cref="FormatException">It names an unknown field or kind of value.</exception>
    public MessageForm(TracepointTable.Entry entry, string text)
    {
        Entry = entry;
        Name = entry.Bytes;
        ReadOnlySpan<FieldSpec> fields = entry.Tracepoint!.Fields;
        List<FormStep> steps = [];
        List<FormSlot> slots = [];
        int at = 0;
        while (at < text.Length)
        {
            int open = text.IndexOf('{', at);
            string literal = open < 0 ? text[at..] : text[at..open];
            FormValue value = FormValue.None;
            bool keep = false;
            byte[] stop = [];
            at = text.Length;
            if (open >= 0)
            {
                int colon = text.IndexOf(':', open);
                int field = FieldOf(fields, text[(open + 1)..colon]);
                value = KindOf(text[colon + 1]);
                keep = fields[field].Base != FieldBase.Ignore;
                if (keep)
                {
                    slots.Add(new FormSlot(field, value is FormValue.Word or FormValue.Name or FormValue.Rest, fields[field].Base));
                }
                at = colon + 3;
                if (value == FormValue.Name)
                {
                    int next = text.IndexOf('{', at);
                    stop = Encoding.ASCII.GetBytes(next < 0 ? text[at..] : text[at..next]);
                }
            }
            AddSteps(steps, Encoding.ASCII.GetBytes(literal), value, keep, stop);
        }
        _steps = [.. steps];
        Slots = [.. slots];
        (NumberPlaces, TextPlaces) = FieldValues.PlacesOf(Slots);
        foreach (FormSlot slot in Slots)
        {
            uint bit = 1u << slot.Field;
            if (!slot.IsText)
            {
                NumberMask |= bit;
                continue;
            }
            TextMask |= bit;
            switch (slot.Base)
            {
                case FieldBase.Rest:
                    RestMask |= bit;
                    break;
                case FieldBase.Pointer:
                    PointerMask |= bit;
                    break;
                default:
                    WordMask |= bit;
                    break;
            }
        }
    }

    /// <summary>The form of an event that no tracepoint reads: any message.</summary>
    /// <param name="name">Its name.</param>
    public MessageForm(byte[] name)
    {
        Name = name;
        _steps = [];
        Slots = [];
        (NumberPlaces, TextPlaces) = FieldValues.PlacesOf(Slots);
    }

    /// <summary>Event name.</summary>
    public byte[] Name { get; }

    /// <summary>Its tracepoint; null until whoever takes the rows has found the entry of an event that no tracepoint reads.</summary>
    public TracepointTable.Entry? Entry { get; set; }

    /// <summary>Fields of the values, in their order.</summary>
    public FormSlot[] Slots { get; }

    /// <summary>Where <see cref="FieldValues"/> finds the number of each field.</summary>
    internal byte[] NumberPlaces { get; }

    /// <summary>Where it finds the text of each field.</summary>
    internal byte[] TextPlaces { get; }

    /// <summary>Bits of the fields that get a number.</summary>
    public uint NumberMask { get; }

    /// <summary>Whether some values are texts.</summary>
    public bool HasTexts => TextMask != 0;

    /// <summary>Bits of the fields that get a text: those of the three masks below.</summary>
    public uint TextMask { get; }

    /// <summary>Bits of the fields whose text is a word, which may be a number.</summary>
    public uint WordMask { get; }

    /// <summary>Bits of the fields whose text is a pointer.</summary>
    public uint PointerMask { get; }

    /// <summary>Bits of the fields whose text may go on to the end of the line: blanks there are no part of it.</summary>
    public uint RestMask { get; }

    /// <summary>Reads a message.</summary>
    /// <param name="text">First byte of the buffer.</param>
    /// <param name="at">Start of the message.</param>
    /// <param name="end">End of the line; <see cref="LineBlock.Slack"/> bytes behind it are readable.</param>
    /// <param name="values">Where the values go, one for each slot: a number, or start and length of a text.</param>
    /// <returns>Whether it fits to the end of the line.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool TryRead(ref byte text, nint at, nint end, ref ulong values)
    {
        foreach (ref readonly FormStep step in _steps.AsSpan())
        {
            Vector256<byte> found = Vector256.LoadUnsafe(ref text, (nuint)at);
            if ((Vector256.Equals(found, step.Literal).ExtractMostSignificantBits() | step.Beyond) != uint.MaxValue)
            {
                return false;
            }
            at += step.Length;
            ulong value;
            nint length;
            switch (step.Value)
            {
                case FormValue.Decimal:
                    length = FormNumbers.Decimal(ref Unsafe.Add(ref text, at), out value);
                    break;
                case FormValue.Hex:
                    length = FormNumbers.Hex(ref Unsafe.Add(ref text, at), out value);
                    break;
                case FormValue.Prefixed or FormValue.Always0x:
                    bool prefixed = Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref text, at)) == ('0' | ('x' << 8));
                    at += prefixed ? 2 : 0;
                    length = FormNumbers.Hex(ref Unsafe.Add(ref text, at), out value);
                    if (!prefixed && (value != 0 || step.Value == FormValue.Always0x))
                    {
                        return false;
                    }
                    break;
                case FormValue.Signed:
                    bool negative = Unsafe.Add(ref text, at) == '-';
                    at += negative ? 1 : 0;
                    length = FormNumbers.Decimal(ref Unsafe.Add(ref text, at), out value);
                    value = negative ? unchecked(0 - value) : value;
                    break;
                case FormValue.Word or FormValue.Name or FormValue.Rest:
                    length = TextLength(ref text, at, end, in step);
                    value = ((ulong)at << 32) | (uint)length;
                    break;
                default:
                    continue;
            }
            if (length <= 0)
            {
                return false;
            }
            at += length;
            if (step.Keep)
            {
                values = value;
                values = ref Unsafe.Add(ref values, 1);
            }
        }
        return at == end;
    }

    /// <summary>Where the numbers of a message are that <see cref="TryRead"/> has read.</summary>
    /// <param name="text">The line behind its CPU column.</param>
    /// <param name="at">Start of the message in it.</param>
    /// <param name="numbers">Filled.</param>
    /// <returns>False when a zero lacks the <c>0x</c> that other values have, or a number a sign: lines alike may not be of this form.</returns>
    public bool TryLocate(ReadOnlySpan<byte> text, int at, List<ShapeNumber> numbers)
    {
        foreach (FormStep step in _steps)
        {
            at += step.Length;
            bool hex = step.Value is FormValue.Hex or FormValue.Prefixed or FormValue.Always0x;
            if (step.Value == FormValue.None)
            {
                continue;
            }
            if (step.Value is FormValue.Word or FormValue.Name or FormValue.Rest)
            {
                int word = TextLength(ref MemoryMarshal.GetReference(text), at, text.Length, in step);
                at += word;
                if (word == 0)
                {
                    return false;
                }
                numbers.Add(new ShapeNumber(at, word, false, step.Keep, true));
                continue;
            }
            if (step.Value is FormValue.Prefixed or FormValue.Always0x)
            {
                if (!text[at..].StartsWith("0x"u8))
                {
                    return false;
                }
                at += 2;
            }
            int length = 0;
            while (at + length < text.Length && (hex ? char.IsAsciiHexDigit((char)text[at + length]) : char.IsAsciiDigit((char)text[at + length])))
            {
                length++;
            }
            at += length;
            if (length is 0 or > 16 || at < 16)
            {
                return false;
            }
            numbers.Add(new ShapeNumber(at, length, hex, step.Keep));
        }
        return at == text.Length;
    }

    private static int TextLength(ref byte text, nint at, nint end, in FormStep step)
    {
        if (at >= end)
        {
            return 0;
        }
        ReadOnlySpan<byte> left = MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref text, at), (int)(end - at));
        if (step.Value == FormValue.Name)
        {
            return Math.Max(0, left.IndexOf(step.Stop));
        }
        int stop = step.Value == FormValue.Word ? left.IndexOfAny((byte)' ', (byte)',') : -1;
        return stop < 0 ? left.Length : stop;
    }

    private static void AddSteps(List<FormStep> steps, ReadOnlySpan<byte> literal, FormValue value, bool keep, byte[] stop)
    {
        Span<byte> padded = stackalloc byte[32];
        do
        {
            ReadOnlySpan<byte> part = literal[..Math.Min(32, literal.Length)];
            literal = literal[part.Length..];
            padded.Clear();
            part.CopyTo(padded);
            steps.Add(new FormStep
            {
                Literal = Vector256.Create((ReadOnlySpan<byte>)padded),
                Beyond = part.Length == 32 ? 0 : uint.MaxValue << part.Length,
                Length = part.Length,
                Value = literal.IsEmpty ? value : FormValue.None,
                Keep = literal.IsEmpty && keep,
                Stop = stop,
            });
        }
        while (!literal.IsEmpty);
    }

    private static int FieldOf(ReadOnlySpan<FieldSpec> fields, string name)
    {
        for (int i = 0; i < fields.Length; i++)
        {
            if (fields[i].Name == name)
            {
                return i;
            }
        }
        throw new FormatException($"no field {name}");
    }

    private static FormValue KindOf(char kind) => kind switch
    {
        'd' => FormValue.Decimal,
        's' => FormValue.Signed,
        'x' => FormValue.Hex,
        'p' => FormValue.Prefixed,
        'h' => FormValue.Always0x,
        'w' => FormValue.Word,
        'n' => FormValue.Name,
        'r' => FormValue.Rest,
        _ => throw new FormatException($"no kind of value {kind}"),
    };
}

/// <summary>Where a value of a form goes.</summary>
/// <param name="Field">Slot of the field.</param>
/// <param name="IsText">Whether the value is start and length of a text.</param>
/// <param name="Base">Base of the field.</param>
internal readonly record struct FormSlot(int Field, bool IsText, FieldBase Base);
