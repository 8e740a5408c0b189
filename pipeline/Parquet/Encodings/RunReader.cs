namespace SecondLook.Parquet.Encodings;

/// <summary>Walks the runs of the RLE/bit-packing hybrid.</summary>
internal ref struct RunReader
{
    private readonly int _width;
    private ByteCursor _cursor;

    /// <summary>Starts at the first run.</summary>
    /// <param name="cursor">The runs, nothing else.</param>
    /// <param name="width">Bits per value, 0 to 32.</param>
    public RunReader(ByteCursor cursor, int width)
    {
        if (width is < 0 or > 32)
        {
            throw cursor.Error($"values of {width} bits, expected 0 to 32");
        }
        _cursor = cursor;
        _width = width;
    }

    /// <summary>The value of the run, when it is one of equal values.</summary>
    public uint Value { get; private set; }

    /// <summary>The packed values, followed by slack, when it is a literal; otherwise empty.</summary>
    public ReadOnlySpan<byte> Literal { get; private set; }

    /// <summary>Whether the run is a literal.</summary>
    public bool IsLiteral { get; private set; }

    /// <summary>Reads the next run.</summary>
    /// <param name="wanted">Values that are still missing, at least one.</param>
    /// <returns>Number of values to take, 1 to <paramref name="wanted"/>.</returns>
    public int Next(int wanted)
    {
        while (true)
        {
            ulong header = _cursor.Varint("a run header");
            IsLiteral = (header & 1) != 0;
            if (header >> 1 == 0)
            {
                continue;
            }
            if (!IsLiteral)
            {
                Value = 0;
                ReadOnlySpan<byte> bytes = _cursor.Take((_width + 7) >> 3, "a run's value");
                for (int i = 0; i < bytes.Length; i++)
                {
                    Value |= (uint)bytes[i] << (8 * i);
                }
                return (int)Math.Min((ulong)wanted, header >> 1);
            }
            // The last group may hold more values than there are, and some writers leave the rest of its bytes out.
            int take = header >> 1 > (ulong)wanted ? wanted : (int)Math.Min((ulong)wanted, (header >> 1) * 8);
            long stored = header >> 1 > int.MaxValue ? long.MaxValue : (long)(header >> 1) * _width;
            Literal = _cursor.TakePadded(take == wanted ? Math.Min(stored, (((long)take * _width) + 7) >> 3) : stored, "a literal run");
            return take;
        }
    }

    /// <summary>Makes an exception that names the present place.</summary>
    public readonly ParquetException Error(string found) => _cursor.Error(found);
}
