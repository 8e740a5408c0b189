using System.Text;

namespace SecondLook.Ingest.Text.Forms;

/// <summary>Turns a message of <c>name=value</c> pairs into the form that further messages of the same shape have.</summary>
internal static class PairForms
{
    /// <summary>The form of a message, as text for <see cref="MessageForm"/>; null when it is not made of known pairs alone.</summary>
    /// <param name="message">The message.</param>
    /// <param name="fields">Fields of the tracepoint.</param>
    public static string? Of(ReadOnlySpan<byte> message, ReadOnlySpan<FieldSpec> fields)
    {
        StringBuilder form = new();
        uint seen = 0;
        int at = 0;
        while (true)
        {
            int begin = at;
            while (at < message.Length && message[at] is (byte)' ' or (byte)',')
            {
                at++;
            }
            form.Append(Encoding.ASCII.GetString(message[begin..at]));
            int length = PairGrammar.NameLength(message[at..]);
            if (length == 0)
            {
                return at == message.Length && seen != 0 && (at == begin || message[begin] == ' ') ? form.ToString() : null;
            }
            int field = Find(message.Slice(at, length), fields);
            at += length;
            if (field < 0 || (seen >> field & 1) != 0 || at >= message.Length || message[at] != '=')
            {
                return null;
            }
            seen |= 1u << field;
            at++;
            form.Append(fields[field].Name).Append('=');
            ReadOnlySpan<byte> rest = message[at..];
            char kind = Kind(rest, fields[field].Base, out int value);
            if (kind == ' ')
            {
                return null;
            }
            form.Append('{').Append(fields[field].Name).Append(':').Append(kind).Append('}');
            at += value;
        }
    }

    private static int Find(ReadOnlySpan<byte> name, ReadOnlySpan<FieldSpec> fields)
    {
        for (int i = 0; i < fields.Length; i++)
        {
            if (name.Length == fields[i].Name.Length && Encoding.ASCII.GetString(name) == fields[i].Name)
            {
                return i;
            }
        }
        return -1;
    }

    // How a value of this base looks here; a blank when it looks unusual.
    private static char Kind(ReadOnlySpan<byte> text, FieldBase fieldBase, out int length)
    {
        int stop = text.IndexOfAny((byte)' ', (byte)',');
        length = stop < 0 ? text.Length : stop;
        ReadOnlySpan<byte> value = text[..length];
        if (value.IsEmpty || value[0] == '(' || value.Contains((byte)'{') || value.Contains((byte)'}') || text[length..].StartsWith(" ("u8))
        {
            return ' ';
        }
        switch (fieldBase)
        {
            case FieldBase.Word or FieldBase.Pointer or FieldBase.Ignore:
                return 'w';
            case FieldBase.Rest:
                length = text.Length;
                return 'r';
        }
        if (value.StartsWith("0x"u8))
        {
            return AllHex(value[2..]) ? 'h' : ' ';
        }
        if (fieldBase == FieldBase.Hex)
        {
            return AllHex(value) ? 'x' : ' ';
        }
        return value.TrimStart((byte)'-').IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0 && value[^1] != '-' ? 's' : ' ';
    }

    private static bool AllHex(ReadOnlySpan<byte> digits)
    {
        foreach (byte b in digits)
        {
            if (!char.IsAsciiHexDigit((char)b))
            {
                return false;
            }
        }
        return !digits.IsEmpty;
    }
}
