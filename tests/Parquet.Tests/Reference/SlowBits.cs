namespace SecondLook.Parquet.Tests.Reference;

/// <summary>Bits one at a time, least significant first: the slow twin of every packer.</summary>
internal sealed class SlowBits
{
    private readonly List<bool> _bits = [];

    public int Count => _bits.Count;

    public void Put(ulong value, int width)
    {
        for (int i = 0; i < width; i++)
        {
            _bits.Add((value >> i & 1) != 0);
        }
    }

    public void PutBytes(IEnumerable<byte> bytes)
    {
        foreach (byte b in bytes)
        {
            Put(b, 8);
        }
    }

    public void PutVarint(ulong value)
    {
        while (value > 127)
        {
            Put((value & 127) | 128, 8);
            value >>= 7;
        }
        Put(value, 8);
    }

    public void PutZigZag(long value) => PutVarint(value >= 0 ? 2 * (ulong)value : (2 * (ulong)-(value + 1)) + 1);

    public byte[] ToBytes()
    {
        var bytes = new byte[(_bits.Count + 7) / 8];
        for (int i = 0; i < _bits.Count; i++)
        {
            bytes[i / 8] |= (byte)((_bits[i] ? 1 : 0) << (i % 8));
        }
        return bytes;
    }

    public static ulong Get(ReadOnlySpan<byte> bytes, long bit, int width)
    {
        ulong value = 0;
        for (int i = 0; i < width; i++, bit++)
        {
            value |= (ulong)(bytes[(int)(bit / 8)] >> (int)(bit % 8) & 1) << i;
        }
        return value;
    }
}
