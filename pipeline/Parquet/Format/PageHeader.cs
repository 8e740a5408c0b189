using SecondLook.Parquet.Thrift;

namespace SecondLook.Parquet.Format;

/// <summary>The header of a page, of whatever kind.</summary>
internal struct PageHeader
{
    /// <summary>Kind.</summary>
    public PageType Type;

    /// <summary>Bytes after decompression, levels included.</summary>
    public int UncompressedBytes;

    /// <summary>Bytes in the file after the header.</summary>
    public int CompressedBytes;

    /// <summary>Rows of a data page, entries of a dictionary.</summary>
    public int ValueCount;

    /// <summary>Encoding of the values.</summary>
    public PageEncoding Encoding;

    /// <summary>V1: encoding of the definition levels.</summary>
    public PageEncoding LevelEncoding;

    /// <summary>V2: bytes of the definition levels, which are never compressed.</summary>
    public int DefinitionBytes;

    /// <summary>V2: bytes of the repetition levels.</summary>
    public int RepetitionBytes;

    /// <summary>V2: rows without a value.</summary>
    public int NullCount;

    /// <summary>V2: whether the values are compressed.</summary>
    public bool IsCompressed;

    /// <summary>Reads a header.</summary>
    public static PageHeader Read(ref CompactReader thrift)
    {
        var header = new PageHeader { Type = (PageType)(-1), ValueCount = -1, IsCompressed = true, LevelEncoding = PageEncoding.Rle };
        int field = 0;
        while (thrift.NextField(ref field, out ThriftType type))
        {
            switch (field)
            {
                case 1:
                    header.Type = (PageType)thrift.Int32(type);
                    break;
                case 2:
                    header.UncompressedBytes = thrift.Int32(type);
                    break;
                case 3:
                    header.CompressedBytes = thrift.Int32(type);
                    break;
                case 5 or 7:
                    header.ReadV1(ref thrift, type);
                    break;
                case 8:
                    header.ReadV2(ref thrift, type);
                    break;
                default:
                    thrift.Skip(type);
                    break;
            }
        }
        return header;
    }

    // Data page V1 and dictionary page agree on the first two fields.
    private void ReadV1(ref CompactReader thrift, ThriftType structType)
    {
        thrift.Enter(structType);
        int field = 0;
        while (thrift.NextField(ref field, out ThriftType type))
        {
            switch (field)
            {
                case 1:
                    ValueCount = thrift.Int32(type);
                    break;
                case 2:
                    Encoding = (PageEncoding)thrift.Int32(type);
                    break;
                case 3 when type == ThriftType.I32:
                    LevelEncoding = (PageEncoding)thrift.Int32(type);
                    break;
                default:
                    thrift.Skip(type);
                    break;
            }
        }
        thrift.Leave();
    }

    private void ReadV2(ref CompactReader thrift, ThriftType structType)
    {
        thrift.Enter(structType);
        int field = 0;
        while (thrift.NextField(ref field, out ThriftType type))
        {
            switch (field)
            {
                case 1:
                    ValueCount = thrift.Int32(type);
                    break;
                case 2:
                    NullCount = thrift.Int32(type);
                    break;
                case 4:
                    Encoding = (PageEncoding)thrift.Int32(type);
                    break;
                case 5:
                    DefinitionBytes = thrift.Int32(type);
                    break;
                case 6:
                    RepetitionBytes = thrift.Int32(type);
                    break;
                case 7:
                    IsCompressed = thrift.Bool(type);
                    break;
                default:
                    thrift.Skip(type);
                    break;
            }
        }
        thrift.Leave();
    }
}
