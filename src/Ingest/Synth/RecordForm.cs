using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Synth;

/// <summary>One event of a made trace: its printed form, and the record that holds the same values.</summary>
/// <remarks>
/// A form is text with values in braces: <c>i</c> and <c>d</c> decimal (32 and 64 bits), <c>x</c> bare hex, <c>p</c> hex as <c>%#016lx</c>,
/// <c>h</c> hex with <c>0x</c> and perhaps a number of digits, <c>l</c> a letter or a dash, <c>w</c> a word, <c>r</c> the rest,
/// <c>=a,b,c</c> one of these words.
/// </remarks>
internal sealed class RecordForm
{
    private const int CommonSize = 8;
    private readonly List<RecordField> _fields = [];
    private readonly List<int> _offsets = [];
    private readonly string _tail;
    private readonly byte[] _tailBytes;
    private readonly int _fixedSize;

    /// <summary>Compiles a form.</summary>
    /// <param name="name">Event name.</param>
    /// <param name="id">Number in records.</param>
    /// <param name="form">The form.</param>
    public RecordForm(string name, int id, string form)
    {
        Name = name;
        Id = id;
        int at = 0;
        int offset = CommonSize;
        while (form.IndexOf('{', at) is >= 0 and int open)
        {
            int colon = form.IndexOf(':', open);
            int close = form.IndexOf('}', colon);
            string kind = form[(colon + 1)..close];
            RecordField field = new(
                form[at..open], form[(open + 1)..colon], ValueOf(kind[0]),
                kind[0] == 'h' && kind.Length > 1 ? int.Parse(kind.AsSpan(1), CultureInfo.InvariantCulture) : 0,
                kind[0] == '=' ? kind[1..].Split(',') : []);
            offset = (offset + field.Size - 1) / field.Size * field.Size;
            _fields.Add(field);
            _offsets.Add(offset);
            offset += field.Size;
            at = close + 1;
        }
        _tail = form[at..];
        _tailBytes = Encoding.ASCII.GetBytes(_tail);
        _fixedSize = (offset + 3) & ~3;
    }

    /// <summary>Event name.</summary>
    public string Name { get; }

    /// <summary>Number in records.</summary>
    public int Id { get; }

    /// <summary>Text of the format file.</summary>
    public string Format()
    {
        StringBuilder text = new($"name: {Name}\nID: {Id}\nformat:\n");
        text.Append("\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n");
        text.Append("\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n");
        StringBuilder print = new("print fmt: \"");
        StringBuilder arguments = new();
        for (int i = 0; i < _fields.Count; i++)
        {
            RecordField field = _fields[i];
            text.Append(CultureInfo.InvariantCulture, $"\tfield:{field.Declaration};\toffset:{_offsets[i]};\tsize:{field.Size};\tsigned:{(field.Value == RecordValue.Int ? 1 : 0)};\n");
            print.Append(field.Literal).Append(field.Conversion);
            arguments.Append(", ").Append(field.Argument);
        }
        return text.Append('\n').Append(print).Append(_tail).Append('"').Append(arguments).Append('\n').ToString();
    }

    /// <summary>Makes a record of a printed message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="tid">Thread.</param>
    /// <param name="record">Where to; long enough for the fixed part and the message.</param>
    /// <returns>Bytes of the record, 0 when the message is not of this form.</returns>
    public int TryRecord(ReadOnlySpan<byte> message, int tid, Span<byte> record)
    {
        record[.._fixedSize].Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(record, (ushort)Id);
        BinaryPrimitives.WriteInt32LittleEndian(record[4..], tid);
        int length = _fixedSize;
        FieldCursor text = new(message);
        for (int i = 0; i < _fields.Count; i++)
        {
            RecordField field = _fields[i];
            if (!text.Skip(field.LiteralBytes) || !TryValue(ref text, field, i + 1 < _fields.Count ? _fields[i + 1].LiteralBytes : _tailBytes, record, _offsets[i], ref length))
            {
                return 0;
            }
        }
        return text.Rest.SequenceEqual(_tailBytes) ? (length + 3) & ~3 : 0;
    }

    private static RecordValue ValueOf(char kind) => kind switch
    {
        'i' => RecordValue.Int,
        'd' => RecordValue.Long,
        'x' => RecordValue.Hex,
        'p' => RecordValue.Padded,
        'h' => RecordValue.Prefixed,
        'l' => RecordValue.Letter,
        '=' => RecordValue.Symbol,
        'w' => RecordValue.Word,
        'r' => RecordValue.Rest,
        _ => throw new FormatException($"{kind}: no such kind of value."),
    };

    private static bool TryValue(ref FieldCursor text, RecordField field, ReadOnlySpan<byte> next, Span<byte> record, int offset, ref int length)
    {
        ulong number = 0;
        switch (field.Value)
        {
            case RecordValue.Int:
                if (!text.TrySigned(out long small) || small != (int)small)
                {
                    return false;
                }
                BinaryPrimitives.WriteInt32LittleEndian(record[offset..], (int)small);
                return true;
            case RecordValue.Letter:
                bool set = text.Skip(field.NameBytes);
                record[offset] = set ? (byte)1 : (byte)0;
                return set || text.Skip("-"u8);
            case RecordValue.Symbol:
                for (int i = 0; i < field.Words.Length; i++)
                {
                    if (text.Skip(field.WordBytes[i]))
                    {
                        BinaryPrimitives.WriteInt32LittleEndian(record[offset..], i);
                        return true;
                    }
                }
                return false;
            case RecordValue.Word or RecordValue.Rest:
                // Names of threads hold blanks: what stands next ends them.
                int stop = field.Value == RecordValue.Word && !next.IsEmpty ? text.Rest.IndexOf(next) : -1;
                ReadOnlySpan<byte> value = stop >= 0 ? text.Rest[..stop] : field.Value == RecordValue.Word ? text.Word() : text.TakeRest();
                if (stop >= 0)
                {
                    text = new FieldCursor(text.Rest[stop..]);
                }
                // Where the text lies: offset in the low half, length with its NUL in the high one.
                BinaryPrimitives.WriteUInt32LittleEndian(record[offset..], (uint)length | ((uint)(value.Length + 1) << 16));
                value.CopyTo(record[length..]);
                record[length + value.Length] = 0;
                length += value.Length + 1;
                return true;
            case RecordValue.Long:
                if (!text.TryDecimal(out number))
                {
                    return false;
                }
                break;
            default:
                if (!text.TryHex(out number))
                {
                    return false;
                }
                break;
        }
        BinaryPrimitives.WriteUInt64LittleEndian(record[offset..], number);
        return true;
    }
}
