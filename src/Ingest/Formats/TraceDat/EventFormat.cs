using System.Globalization;
using System.Text;

namespace SecondLook.Ingest.Formats.TraceDat;

/// <summary>How the bytes of a field are to be taken.</summary>
internal enum FieldForm
{
    /// <summary>An integer of 1, 2, 4 or 8 bytes.</summary>
    Number,

    /// <summary>A kernel pointer.</summary>
    Pointer,

    /// <summary>Text inside the record, up to a NUL or its end.</summary>
    Chars,

    /// <summary>Text elsewhere in the record: offset and length, the offset from the start of the record.</summary>
    DataLoc,

    /// <summary>Text elsewhere in the record: the offset counts from the end of the field.</summary>
    RelLoc,

    /// <summary>An array or a structure.</summary>
    Other,
}

/// <summary>One field of a record.</summary>
/// <param name="Name">Name.</param>
/// <param name="Offset">Bytes from the start of the record.</param>
/// <param name="Size">Bytes; 0 for text up to the end of the record.</param>
/// <param name="IsSigned">Whether a number is signed.</param>
/// <param name="Form">How to take it.</param>
internal readonly record struct RecordField(string Name, int Offset, int Size, bool IsSigned, FieldForm Form);

/// <summary>An event's format file: its id and where its fields lie.</summary>
/// <param name="Name">Event name.</param>
/// <param name="Id">Number in the records.</param>
/// <param name="Fields">Fields, common ones included.</param>
/// <param name="PrintFormat">What stands behind <c>print fmt:</c>, for the names of enumerated values; see <see cref="PrintedValues"/>.</param>
/// <remarks>Accepts: the text of <c>events/SYSTEM/EVENT/format</c> since 2.6.33.</remarks>
internal sealed record EventFormat(string Name, int Id, List<RecordField> Fields, string PrintFormat = "")
{
    private const int MaxFieldEnd = 1 << 16;

    /// <summary>Reads the text.</summary>
    /// <returns>Null when there is no name or no id in it.</returns>
    public static EventFormat? Parse(ReadOnlySpan<byte> text)
    {
        string name = "";
        int id = -1;
        List<RecordField> fields = [];
        string printFormat = "";
        while (!text.IsEmpty)
        {
            int end = text.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? text : text[..end];
            text = end < 0 ? default : text[(end + 1)..];
            if (line.StartsWith("name: "u8))
            {
                name = Encoding.UTF8.GetString(line[6..]).Trim();
            }
            else if (line.StartsWith("ID: "u8) && int.TryParse(line[4..], NumberStyles.Integer, CultureInfo.InvariantCulture, out int number))
            {
                id = number;
            }
            else if (line.IndexOf("field:"u8) >= 0 && Field(Encoding.UTF8.GetString(line)) is { } field)
            {
                fields.Add(field);
            }
            else if (line.StartsWith("print fmt: "u8))
            {
                printFormat = Encoding.UTF8.GetString(line[11..]);
                break;
            }
        }
        return name.Length > 0 && id is >= 0 and <= ushort.MaxValue ? new EventFormat(name, id, fields, printFormat) : null;
    }

    /// <summary>One line <c>field:TYPE NAME; offset:N; size:N; signed:N;</c>.</summary>
    public static RecordField? Field(string line)
    {
        string declaration = "";
        int offset = -1;
        int size = -1;
        bool? isSigned = null;
        foreach (string part in line.Split(';'))
        {
            int colon = part.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0)
            {
                continue;
            }
            string value = part[(colon + 1)..].Trim();
            switch (part[..colon].Trim())
            {
                case "field":
                    declaration = value;
                    break;
                case "offset":
                    offset = Number(value);
                    break;
                case "size":
                    size = Number(value);
                    break;
                case "signed":
                    isSigned = value == "1";
                    break;
            }
        }
        if (declaration.Length == 0 || offset < 0 || size < 0 || offset > MaxFieldEnd || size > MaxFieldEnd)
        {
            return null;
        }
        int bracket = declaration.EndsWith(']') ? declaration.LastIndexOf('[') : -1;
        string head = bracket > 0 ? declaration[..bracket] : declaration;
        int blank = head.LastIndexOfAny([' ', '*']);
        string name = head[(blank + 1)..];
        string type = blank < 0 ? "" : head[..(blank + 1)];
        return new RecordField(name, offset, size, isSigned ?? !type.Contains("unsigned", StringComparison.Ordinal), FormOf(type, bracket > 0, size));
    }

    private static FieldForm FormOf(string type, bool isArray, int size)
    {
        bool isChars = type.Contains("char", StringComparison.Ordinal) && !type.Contains("unsigned", StringComparison.Ordinal);
        return type.StartsWith("__data_loc", StringComparison.Ordinal) ? (size == 4 && isChars ? FieldForm.DataLoc : FieldForm.Other)
            : type.StartsWith("__rel_loc", StringComparison.Ordinal) ? (size == 4 && isChars ? FieldForm.RelLoc : FieldForm.Other)
            : isArray ? (isChars ? FieldForm.Chars : FieldForm.Other)
            : size is not (1 or 2 or 4 or 8) ? FieldForm.Other
            : type.Contains('*', StringComparison.Ordinal) ? FieldForm.Pointer
            : FieldForm.Number;
    }

    private static int Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : -1;
}
