using SecondLook.Contracts.Diagnostics;
using SecondLook.Ingest.Formats.TraceDat;
using SecondLook.Ingest.Inputs;

namespace SecondLook.Ingest.Formats.PerfData;

/// <summary>What a perf.data says beside its records: events, formats, machine. In a pipe the same comes as records.</summary>
/// <remarks>Models: perf.data-file-format.txt, tools/perf/Documentation, 6.1.</remarks>
internal sealed class PerfDataHeader
{
    private const int PipeHeaderSize = 16;
    private const int FileHeaderSize = 104;
    private const int TracingData = 1;
    private const int OsRelease = 4;
    private const int Architecture = 6;
    private const int MaxAttributes = 1 << 16;
    private const int MaxTextFeature = 4096;
    private const int MostSearched = 1 << 28;
    private const int PlausibleAttribute = 128;
    private readonly Dictionary<ulong, PerfAttribute> _byId = [];
    private readonly SeekableBytes _bytes;

    private PerfDataHeader(SeekableBytes bytes, bool bigEndian)
    {
        _bytes = bytes;
        BigEndian = bigEndian;
    }

    /// <summary>Byte order.</summary>
    public bool BigEndian { get; }

    /// <summary>Whether metadata comes as records.</summary>
    public bool IsPipe { get; private set; }

    /// <summary>First byte of the records.</summary>
    public long DataStart { get; private set; }

    /// <summary>Byte behind the records, as far as the header knows.</summary>
    public long DataEnd { get; private set; }

    /// <summary>Whether the file ends before its parts do.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Event formats and thread names.</summary>
    public TraceDatFile Texts { get; private set; } = new();

    /// <summary>First attribute; all others lay out their ids as it does.</summary>
    public PerfAttribute? First { get; private set; }

    /// <summary>Kernel release, or null.</summary>
    public string? Kernel { get; private set; }

    /// <summary>Architecture, or null.</summary>
    public string? Arch { get; private set; }

    /// <summary>Name of the clock.</summary>
    public string Clock => PerfClock.NameOf(First?.ClockId ?? -1);

    /// <summary>Reads the start of a file or pipe.</summary>
    /// <exception cref="InputException">It cannot be read.</exception>
    public static PerfDataHeader Read(string name, SeekableBytes bytes)
    {
        Span<byte> magic = stackalloc byte[8];
        _ = bytes.Read(0, magic);
        PerfDataHeader header = new(bytes, magic.SequenceEqual("2ELIFREP"u8));
        try
        {
            ByteCursor cursor = new(bytes, 8, bytes.Length, header.BigEndian);
            long size = cursor.Size();
            if (size == PipeHeaderSize)
            {
                header.IsPipe = true;
                header.DataStart = PipeHeaderSize;
                header.DataEnd = bytes.Length;
                return header;
            }
            if (size < FileHeaderSize)
            {
                throw new InvalidDataException($"a header of {size} bytes");
            }
            header.ReadFile(cursor);
        }
        catch (InvalidDataException e)
        {
            header.DataEnd = 0;
            if (header.TrySalvage())
            {
                return header;
            }
            throw new InputException("metadata_damaged", $"{name}: the header of the perf.data is damaged ({e.Message}).");
        }
        if ((header.IsCut || header.Texts.Formats.Count == 0 || header.First is null) && !header.TrySalvage())
        {
            throw new InputException(
                "formats_missing",
                $"{name}: holds no event formats. Was perf record killed, or the file cut? perf writes them last: end it with an interrupt.");
        }
        return header;
    }

    /// <summary>
    /// Finds what the header should lead to: the descriptions of events by their mark, an attribute by its shape, the records by theirs. A header
    /// that is damaged, or bytes that are missing or too many before these parts, cost nothing else.
    /// </summary>
    /// <returns>Whether there are descriptions and an attribute.</returns>
    private bool TrySalvage()
    {
        bool knowsEnd = IsCut && DataEnd > DataStart && DataEnd <= _bytes.Length;
        IsCut = true;
        byte[] all = new byte[(int)Math.Min(_bytes.Length, MostSearched)];
        int length = _bytes.Read(0, all);
        ReadOnlySpan<byte> bytes = all.AsSpan(0, length);
        int texts = bytes.LastIndexOf(TraceDatHeader.Magic);
        if (texts >= 0 && Texts.Formats.Count == 0)
        {
            try
            {
                ReadTexts(_bytes, texts, _bytes.Length);
            }
            catch (InvalidDataException)
            {
                // Those before the damage count; the rest is found by its text.
            }
        }
        if (texts >= 0)
        {
            TraceDatSalvage.Texts(bytes[texts..], Texts);
        }
        if (First is { IsPlausible: false })
        {
            First = null;
        }
        for (int at = 0; First is null && at + PlausibleAttribute < length; at++)
        {
            if (IsAttribute(bytes[at..]))
            {
                try
                {
                    Add(PerfAttribute.Read(new ByteCursor(_bytes, at, _bytes.Length, BigEndian), BigEndian), []);
                }
                catch (InvalidDataException)
                {
                    break;
                }
            }
        }
        if (DataStart is < FileHeaderSize || DataStart >= _bytes.Length)
        {
            DataStart = FileHeaderSize;
        }
        DataEnd = texts > DataStart ? texts : knowsEnd ? DataEnd : _bytes.Length;
        return Texts.Formats.Count > 0 && First is not null;
    }

    // struct perf_event_attr of a tracepoint: its type and size, and samples that carry a time, a thread and the record.
    private bool IsAttribute(ReadOnlySpan<byte> bytes)
    {
        uint type = PerfSample.U32(bytes, 0, BigEndian);
        uint size = PerfSample.U32(bytes, 4, BigEndian);
        ulong sampleType = PerfSample.U64(bytes, 24, BigEndian);
        return type == 2 && size is >= 64 and <= 256 && (size & 7) == 0 && (sampleType & 0x406) == 0x406 && sampleType < 1 << 26;
    }

    /// <summary>The attribute of a sample by its id; the only one when samples have no id.</summary>
    public PerfAttribute? Find(ulong id) => _byId.TryGetValue(id, out PerfAttribute? attribute) ? attribute : First;

    /// <summary>Takes an attribute and its ids.</summary>
    public void Add(PerfAttribute attribute, ReadOnlySpan<ulong> ids)
    {
        First ??= attribute;
        foreach (ulong id in ids)
        {
            _byId[id] = attribute;
        }
    }

    /// <summary>Takes the event formats.</summary>
    /// <exception cref="InvalidDataException">They are damaged; those before the damage count.</exception>
    public void ReadTexts(SeekableBytes bytes, long at, long end)
    {
        ByteCursor cursor = new(bytes, at, end, false);
        if (!cursor.TrySkip(TraceDatHeader.Magic))
        {
            throw new InvalidDataException("event formats without their mark");
        }
        string version = cursor.Text(16);
        bool bigEndian = cursor.U8() == 1;
        Texts = new TraceDatFile { BigEndian = bigEndian, LongSize = cursor.U8() };
        ByteCursor texts = new(bytes, cursor.At + 4, end, bigEndian);
        SequentialReader.ReadTexts(texts, Texts, version is not ("0.5" or "0.4"));
    }

    /// <summary>Takes a feature that is a text.</summary>
    public void TextFeature(int feature, ByteCursor cursor)
    {
        uint length = cursor.U32();
        if (length <= MaxTextFeature && feature is OsRelease or Architecture)
        {
            string text = System.Text.Encoding.UTF8.GetString(cursor.Bytes(length)).TrimEnd('\0');
            Kernel = feature == OsRelease ? text : Kernel;
            Arch = feature == Architecture ? text : Arch;
        }
    }

    private void ReadFile(ByteCursor cursor)
    {
        long entry = cursor.Size();
        long attributesAt = cursor.Size();
        long attributesSize = cursor.Size();
        DataStart = cursor.Size();
        long dataSize = cursor.Size();
        if (entry is < 64 or > 4096 || DataStart > _bytes.Length)
        {
            throw new InvalidDataException("sections that cannot be");
        }
        // perf fills the size in at its end; 0 means that it never came to that.
        IsCut = dataSize == 0 || dataSize > _bytes.Length - DataStart;
        DataEnd = IsCut ? _bytes.Length : DataStart + dataSize;
        long count = Math.Min(attributesSize / entry, MaxAttributes);
        long idBudget = _bytes.Length;
        for (long i = 0; i < count; i++)
        {
            ByteCursor attribute = new(_bytes, attributesAt + (i * entry), attributesAt + ((i + 1) * entry), BigEndian);
            PerfAttribute read = PerfAttribute.Read(attribute, BigEndian);
            attribute = new ByteCursor(_bytes, attributesAt + ((i + 1) * entry) - 16, attributesAt + ((i + 1) * entry), BigEndian);
            long idsAt = attribute.Size();
            long idsSize = attribute.Size();
            idBudget -= idsSize;
            Add(read, idBudget >= 0 && idsSize <= _bytes.Length - idsAt ? Ids(new ByteCursor(_bytes, idsAt, idsAt + idsSize, BigEndian)) : []);
        }
        cursor.Skip(16);
        Features(cursor);
    }

    /// <summary>Reads ids up to the end of a cursor.</summary>
    public static ulong[] Ids(ByteCursor cursor)
    {
        ulong[] ids = new ulong[cursor.Left / 8];
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = cursor.U64();
        }
        return ids;
    }

    private void Features(ByteCursor header)
    {
        if (IsCut)
        {
            return;
        }
        ByteCursor table = new(_bytes, DataEnd, _bytes.Length, BigEndian);
        for (int word = 0; word < 4; word++)
        {
            ulong bits = header.U64();
            for (int bit = 0; bit < 64; bit++)
            {
                if ((bits >> bit & 1) != 0)
                {
                    Feature((word * 64) + bit, table.Size(), table.Size());
                }
            }
        }
    }

    private void Feature(int feature, long at, long size)
    {
        try
        {
            switch (feature)
            {
                case TracingData:
                    ReadTexts(_bytes, at, at + size);
                    break;
                case OsRelease or Architecture:
                    TextFeature(feature, new ByteCursor(_bytes, at, at + size, BigEndian));
                    break;
            }
        }
        catch (InvalidDataException)
        {
            IsCut = true;
        }
    }
}
