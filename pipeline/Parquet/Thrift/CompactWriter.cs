using System.Text;
using SecondLook.Parquet.Encodings;

namespace SecondLook.Parquet.Thrift;

/// <summary>Writes structs of the Thrift compact protocol into a buffer.</summary>
internal sealed class CompactWriter(ByteBuffer output)
{
    private const int MaxDepth = 16;
    private readonly int[] _lastField = new int[MaxDepth];
    private int _depth;

    /// <summary>Starts a struct that is the root or an element of a list.</summary>
    public void BeginStruct() => _lastField[++_depth] = 0;

    /// <summary>Starts a struct in a field.</summary>
    public void BeginStruct(int field)
    {
        Field(field, ThriftType.Struct);
        BeginStruct();
    }

    /// <summary>Ends the innermost struct.</summary>
    public void EndStruct()
    {
        output.AppendByte((byte)ThriftType.Stop);
        _depth--;
    }

    /// <summary>Starts a list in a field; its elements follow.</summary>
    public void BeginList(int field, ThriftType element, int count)
    {
        Field(field, ThriftType.List);
        if (count < 15)
        {
            output.AppendByte((byte)((count << 4) | (int)element));
        }
        else
        {
            output.AppendByte((byte)(0xF0 | (int)element));
            output.AppendVarint((ulong)count);
        }
    }

    /// <summary>Writes a field of 32 or 64 bits.</summary>
    public void I32(int field, int value)
    {
        Field(field, ThriftType.I32);
        output.AppendZigZag(value);
    }

    /// <summary>Writes a 64-bit field.</summary>
    public void I64(int field, long value)
    {
        Field(field, ThriftType.I64);
        output.AppendZigZag(value);
    }

    /// <summary>Writes a 16-bit field.</summary>
    public void I16(int field, short value)
    {
        Field(field, ThriftType.I16);
        output.AppendZigZag(value);
    }

    /// <summary>Writes an 8-bit field.</summary>
    public void Byte(int field, byte value)
    {
        Field(field, ThriftType.Byte);
        output.AppendByte(value);
    }

    /// <summary>Writes a boolean field, which has no body.</summary>
    public void Bool(int field, bool value) => Field(field, value ? ThriftType.True : ThriftType.False);

    /// <summary>Writes a text field.</summary>
    public void Text(int field, string value)
    {
        Field(field, ThriftType.Binary);
        TextElement(value);
    }

    /// <summary>Writes a field of bytes.</summary>
    public void Binary(int field, ReadOnlySpan<byte> value)
    {
        Field(field, ThriftType.Binary);
        output.AppendVarint((ulong)value.Length);
        output.Append(value);
    }

    /// <summary>Writes a number that is an element of a list.</summary>
    public void I32Element(int value) => output.AppendZigZag(value);

    /// <summary>Writes a text that is an element of a list.</summary>
    public void TextElement(string value)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(value);
        output.AppendVarint((ulong)bytes.Length);
        output.Append(bytes);
    }

    private void Field(int field, ThriftType type)
    {
        int delta = field - _lastField[_depth];
        if (delta is > 0 and < 16)
        {
            output.AppendByte((byte)((delta << 4) | (int)type));
        }
        else
        {
            output.AppendByte((byte)type);
            output.AppendZigZag(field);
        }
        _lastField[_depth] = field;
    }
}
