using System.Text;

namespace SecondLook.Parquet.Thrift;

/// <summary>
/// Reads structs of the Thrift compact protocol out of untrusted bytes. Every length is checked against what is left, every
/// nesting against a limit; a failure is a <see cref="ParquetException"/> that names the offset in the file.
/// </summary>
internal ref struct CompactReader
{
    private const int MaxDepth = 32;
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly long _fileOffset;
    private readonly string _what;
    private int _depth;

    /// <summary>Starts reading.</summary>
    /// <param name="bytes">The bytes, from the struct's first one on.</param>
    /// <param name="fileOffset">Where they lie in the file, for messages.</param>
    /// <param name="what">What is being read, for messages.</param>
    public CompactReader(ReadOnlySpan<byte> bytes, long fileOffset, string what)
    {
        _bytes = bytes;
        _fileOffset = fileOffset;
        _what = what;
    }

    /// <summary>Bytes consumed so far.</summary>
    public int Position { get; private set; }

    /// <summary>Reads a field header.</summary>
    /// <param name="field">In: the number of the field before, 0 at first. Out: this field's number.</param>
    /// <param name="type">Its wire type.</param>
    /// <returns>False at the end of the struct.</returns>
    public bool NextField(ref int field, out ThriftType type)
    {
        int header = Byte();
        type = (ThriftType)(header & 15);
        if (header == 0)
        {
            return false;
        }
        int delta = header >> 4;
        long number = delta == 0 ? ZigZag() : field + delta;
        if (type is < ThriftType.True or > ThriftType.Struct || number is < 0 or > short.MaxValue)
        {
            throw Error($"field {number} of wire type {(int)type}, expected a field number below 32768 and a type from 1 to 12");
        }
        field = (int)number;
        return true;
    }

    /// <summary>Enters a struct; the caller reads its fields and calls <see cref="Leave"/>.</summary>
    public void Enter(ThriftType type)
    {
        Expect(type, ThriftType.Struct);
        if (++_depth > MaxDepth)
        {
            throw Error($"structs nested deeper than {MaxDepth}");
        }
    }

    /// <summary>Leaves a struct after its stop byte.</summary>
    public void Leave() => _depth--;

    /// <summary>Reads a list header.</summary>
    /// <returns>Number of elements, never more than there are bytes left.</returns>
    public int List(ThriftType type, out ThriftType element)
    {
        Expect(type, ThriftType.List);
        return ListHeader(out element);
    }

    /// <summary>Reads a list header whose elements must be of one type.</summary>
    public int List(ThriftType type, ThriftType wanted)
    {
        int count = List(type, out ThriftType element);
        if (count > 0)
        {
            Expect(element, wanted);
        }
        return count;
    }

    /// <summary>Reads an integer of 16, 32 or 64 bits.</summary>
    public long Integer(ThriftType type)
    {
        if (type == ThriftType.Byte)
        {
            return (sbyte)Byte();
        }
        if (type is not (ThriftType.I16 or ThriftType.I32 or ThriftType.I64))
        {
            throw Error($"wire type {type}, expected an integer");
        }
        return ZigZag();
    }

    /// <summary>Reads an integer that must fit 32 bits.</summary>
    public int Int32(ThriftType type)
    {
        long value = Integer(type);
        return value is >= int.MinValue and <= int.MaxValue ? (int)value : throw Error($"the number {value}, expected one of 32 bits");
    }

    /// <summary>Reads a boolean field.</summary>
    public readonly bool Bool(ThriftType type) => type switch
    {
        ThriftType.True => true,
        ThriftType.False => false,
        _ => throw Error($"wire type {type}, expected a boolean"),
    };

    /// <summary>Reads bytes; a view into the input.</summary>
    public ReadOnlySpan<byte> Binary(ThriftType type)
    {
        Expect(type, ThriftType.Binary);
        ulong length = Varint();
        if (length > (ulong)(_bytes.Length - Position))
        {
            throw Error($"a length of {length} bytes, but only {_bytes.Length - Position} are left");
        }
        ReadOnlySpan<byte> bytes = _bytes.Slice(Position, (int)length);
        Position += (int)length;
        return bytes;
    }

    /// <summary>Reads text; bytes that are not UTF-8 become replacement characters.</summary>
    public string Text(ThriftType type) => Encoding.UTF8.GetString(Binary(type));

    /// <summary>Skips a field that is not needed.</summary>
    public void Skip(ThriftType type) => Skip(type, inContainer: false);

    private void Skip(ThriftType type, bool inContainer)
    {
        switch (type)
        {
            case ThriftType.True or ThriftType.False:
                if (inContainer)
                {
                    Byte();
                }
                break;
            case ThriftType.Byte:
                Byte();
                break;
            case ThriftType.I16 or ThriftType.I32 or ThriftType.I64:
                Varint();
                break;
            case ThriftType.Double:
                if (_bytes.Length - Position < 8)
                {
                    throw Error("the end of the bytes inside a double");
                }
                Position += 8;
                break;
            case ThriftType.Binary:
                Binary(type);
                break;
            case ThriftType.List or ThriftType.Set:
                SkipElements(ListHeader(out ThriftType element), element, element, 1);
                break;
            case ThriftType.Map:
                SkipMap();
                break;
            case ThriftType.Struct:
                Enter(type);
                int field = 0;
                while (NextField(ref field, out ThriftType inner))
                {
                    Skip(inner, inContainer: false);
                }
                Leave();
                break;
            default:
                throw Error($"unknown wire type {(int)type}");
        }
    }

    private void SkipMap()
    {
        ulong count = Varint();
        if (count == 0)
        {
            return;
        }
        if (count > (ulong)(_bytes.Length - Position))
        {
            throw Error($"a map of {count} entries, but only {_bytes.Length - Position} bytes are left");
        }
        int types = Byte();
        SkipElements((int)count, (ThriftType)(types >> 4), (ThriftType)(types & 15), 2);
    }

    private void SkipElements(int count, ThriftType first, ThriftType second, int perEntry)
    {
        if (++_depth > MaxDepth)
        {
            throw Error($"containers nested deeper than {MaxDepth}");
        }
        for (int i = 0; i < count; i++)
        {
            Skip(first, inContainer: true);
            if (perEntry == 2)
            {
                Skip(second, inContainer: true);
            }
        }
        _depth--;
    }

    private int ListHeader(out ThriftType element)
    {
        int header = Byte();
        element = (ThriftType)(header & 15);
        ulong count = (ulong)header >> 4;
        if (count == 15)
        {
            count = Varint();
        }
        // Every element takes at least one byte, so a longer list is a lie.
        if (count > (ulong)(_bytes.Length - Position))
        {
            throw Error($"a list of {count} elements, but only {_bytes.Length - Position} bytes are left");
        }
        return (int)count;
    }

    private int Byte() => Position < _bytes.Length ? _bytes[Position++] : throw Error("the end of the bytes");

    private ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            int b = Byte();
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                return value;
            }
        }
        throw Error("a variable-length number of more than ten bytes");
    }

    private long ZigZag()
    {
        ulong value = Varint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    private readonly void Expect(ThriftType found, ThriftType wanted)
    {
        if (found != wanted)
        {
            throw Error($"wire type {found}, expected {wanted}");
        }
    }

    /// <summary>Makes an exception that names the present place.</summary>
    public readonly ParquetException Error(string found) => new($"{_what}, byte {_fileOffset + Position}: found {found}.");
}
