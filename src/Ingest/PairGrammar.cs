using System.Text;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest;

/// <summary>Reads messages of <c>name=value</c> pairs into the slots of a tracepoint's fields.</summary>
/// <remarks>
/// Accepts: pairs apart by blanks or commas; numbers with <c>0x</c> in hex whatever the base; the fields option's <c>0x10 (16)</c> and
/// <c>(16)</c>, where the bracketed decimal counts.
/// </remarks>
public sealed class PairGrammar
{
    private readonly FieldSpec[] _specs;
    private readonly byte[][] _names;
    private readonly bool[] _isComm;

    /// <summary>Prepares the names.</summary>
    /// <param name="specs">The fields.</param>
    public PairGrammar(ReadOnlySpan<FieldSpec> specs)
    {
        _specs = specs.ToArray();
        _names = new byte[_specs.Length][];
        _isComm = new bool[_specs.Length];
        for (int i = 0; i < _specs.Length; i++)
        {
            _names[i] = Encoding.ASCII.GetBytes(_specs[i].Name);
            _isComm[i] = _specs[i].Name.EndsWith("comm", StringComparison.Ordinal);
        }
    }

    /// <summary>Length of the identifier at the start of a text.</summary>
    public static int NameLength(ReadOnlySpan<byte> text)
    {
        int i = 0;
        while (i < text.Length && (char.IsAsciiLetterOrDigit((char)text[i]) || text[i] == '_'))
        {
            i++;
        }
        return i;
    }

    /// <summary>Whether a message begins with <c>name=</c>, or with the mark of a tool that could not parse it.</summary>
    public static bool StartsWithPair(ReadOnlySpan<byte> message)
    {
        if (message.StartsWith("[FAILED TO PARSE] "u8))
        {
            return true;
        }
        int length = NameLength(message);
        return length > 0 && length < message.Length && message[length] == '=';
    }

    /// <summary>Reads all pairs.</summary>
    /// <param name="text">The message; what is no pair stays unread.</param>
    /// <param name="values">Filled.</param>
    /// <param name="context">Takes fields that are not known.</param>
    /// <returns>False when a known field has no value of its base.</returns>
    public bool TryRead(ref FieldCursor text, FieldValues values, DecodeContext context)
    {
        values.Reset();
        int next = 0;
        while (true)
        {
            text.SkipBlanks();
            while (text.Skip(","u8))
            {
                text.SkipBlanks();
            }
            int length = NameLength(text.Rest);
            if (length == 0 || length == text.Rest.Length || text.Rest[length] != '=')
            {
                return true;
            }
            ReadOnlySpan<byte> name = text.Rest[..length];
            text = new FieldCursor(text.Rest[(length + 1)..]);
            int slot = Find(name, ref next);
            if (slot < 0)
            {
                context.AddExtra(name, Value(ref text));
                continue;
            }
            if (!TryValue(slot, ref text, values, context))
            {
                return false;
            }
        }
    }

    /// <summary>Sets a word, which may be a number: tools print flags that they cannot name as one.</summary>
    internal static void SetWord(int slot, ReadOnlySpan<byte> word, FieldValues values)
    {
        values.SetText(slot, word);
        if (TryWord(word, 0, out ulong number))
        {
            values.Set(slot, number);
        }
    }

    /// <summary>Reads a word that is a number as a whole.</summary>
    /// <param name="word">The word.</param>
    /// <param name="slack">Readable bytes behind it, the first of which is no hex digit.</param>
    /// <param name="number">The number.</param>
    internal static bool TryWord(ReadOnlySpan<byte> word, int slack, out ulong number)
    {
        number = 0;
        if (word.IsEmpty || !char.IsAsciiDigit((char)word[0]))
        {
            // Names and flags, as most words are.
            return false;
        }
        FieldCursor token = new(word, slack);
        return (token.Skip("0x"u8) ? token.TryHex(out number) : token.TryDecimal(out number)) && token.Rest.IsEmpty;
    }

    /// <summary>Reads a pointer as hexadecimal digits.</summary>
    internal static bool TryPointer(ReadOnlySpan<byte> pointer, int slack, out ulong number)
    {
        FieldCursor token = new(pointer, slack);
        return token.TryHex(out number) && token.Rest.IsEmpty;
    }

    /// <summary>Sets a pointer. Tools in user space print the raw value with 0x; the kernel's own %p has none and is a hash as a rule.</summary>
    internal static void SetPointer(int slot, ReadOnlySpan<byte> pointer, FieldValues values)
    {
        values.SetText(slot, pointer);
        if (TryPointer(pointer, 0, out ulong number))
        {
            values.Set(slot, number);
        }
    }

    private bool TryValue(int slot, ref FieldCursor text, FieldValues values, DecodeContext context)
    {
        if (_isComm[slot])
        {
            values.SetText(slot, Comm(ref text));
            return true;
        }
        switch (_specs[slot].Base)
        {
            case FieldBase.Rest:
                values.SetText(slot, text.TakeRest().TrimEnd((byte)' '));
                return true;
            case FieldBase.Ignore:
                _ = Value(ref text);
                return true;
            case FieldBase.Word:
                ReadOnlySpan<byte> word = Value(ref text, out ReadOnlySpan<byte> inBrackets);
                SetWord(slot, word, values);
                if (!inBrackets.IsEmpty && values.Has(slot))
                {
                    values.SetText(slot, inBrackets);
                }
                return true;
            case FieldBase.Pointer:
                SetPointer(slot, Value(ref text), values);
                return true;
            case FieldBase.Unsigned when text.Rest.StartsWith("-"u8):
                return text.TryDecimal(out _);
            default:
                return TryNumber(slot, ref text, values, context);
        }
    }

    private bool TryNumber(int slot, ref FieldCursor text, FieldValues values, DecodeContext context)
    {
        if (text.Skip("("u8))
        {
            bool bracketed = text.TrySigned(out long only) && text.Skip(")"u8);
            values.Set(slot, unchecked((ulong)only));
            return bracketed;
        }
        ulong value = 0;
        bool ok;
        if (text.Rest.StartsWith("0x"u8) || (_specs[slot].Base == FieldBase.Hex && !context.PairsAreDecimal))
        {
            ok = text.TryHex(out value);
        }
        else
        {
            ok = text.TrySigned(out long signed);
            value = unchecked((ulong)signed);
            ok = ok || text.TryDecimal(out value);
        }
        if (!text.BadNumber && !text.Rest.IsEmpty && text.Rest[0] is not ((byte)' ' or (byte)','))
        {
            // The kernel prints a symbol where a value looks like a kernel address, "name+0x1/0x2 [module]"; what it begins with is no number.
            ok = false;
            _ = text.Word();
            int module = text.Rest.StartsWith(" ["u8) ? text.Rest.IndexOf((byte)']') : -1;
            _ = module > 0 && text.Skip(text.Rest[..(module + 1)]);
        }
        else if (!ok && text.Rest.IsEmpty)
        {
            return false;
        }
        FieldCursor ahead = new(text.Rest);
        if (ahead.Skip(" ("u8) && ahead.TrySigned(out long bracket) && ahead.Skip(")"u8))
        {
            text = ahead;
            // The number in brackets is signed, whatever the field is: a field of 32 bits without a sign is what the hexadecimal digits say.
            bool isWord = ok && value <= uint.MaxValue && (uint)bracket == value && _specs[slot].Base is FieldBase.Hex or FieldBase.Unsigned;
            value = isWord ? value : unchecked((ulong)bracket);
            ok = true;
        }
        values.Set(slot, value);
        return ok;
    }

    // Names of threads hold blanks: one reaches to the next pair, or to the end.
    private static ReadOnlySpan<byte> Comm(ref FieldCursor text)
    {
        ReadOnlySpan<byte> rest = text.Rest;
        int end = rest.Length;
        for (int blank = 0; (blank = rest[blank..].IndexOf((byte)' ') is >= 0 and int next ? blank + next : -1) >= 0; blank++)
        {
            ReadOnlySpan<byte> name = rest[(blank + 1)..];
            int length = NameLength(name);
            if (length > 0 && length < name.Length && name[length] == '=')
            {
                end = blank;
                break;
            }
        }
        _ = text.Skip(rest[..end]);
        return rest[..end].Trim((byte)' ');
    }

    private static ReadOnlySpan<byte> Value(ref FieldCursor text) => Value(ref text, out _);

    private static ReadOnlySpan<byte> Value(ref FieldCursor text, out ReadOnlySpan<byte> inBrackets)
    {
        inBrackets = default;
        ReadOnlySpan<byte> value = text.Word();
        FieldCursor ahead = new(text.Rest);
        if (ahead.Skip(" ("u8) && ahead.TrySigned(out _) && ahead.Skip(")"u8))
        {
            inBrackets = text.Rest[2..^(ahead.Rest.Length + 1)];
            text = ahead;
        }
        return value;
    }

    // Fields come in the declared order nearly always, so the search begins behind the last one found.
    private int Find(ReadOnlySpan<byte> name, ref int next)
    {
        for (int i = 0; i < _names.Length; i++)
        {
            int slot = next + i;
            slot -= slot >= _names.Length ? _names.Length : 0;
            if (name.SequenceEqual(_names[slot]))
            {
                next = slot + 1 == _names.Length ? 0 : slot + 1;
                return slot;
            }
        }
        return -1;
    }
}
