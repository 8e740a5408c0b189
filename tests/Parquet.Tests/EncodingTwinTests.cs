using SecondLook.Parquet.Encodings;
using SecondLook.Parquet.Tests.Reference;

namespace SecondLook.Parquet.Tests;

/// <summary>The fast encoders and decoders against slow twins, on seeded input.</summary>
public sealed class EncodingTwinTests
{
    private static ByteCursor Cursor(byte[] bytes)
    {
        // Slack of ones: what lies behind the page must not leak into values.
        byte[] padded = [.. bytes, .. Enumerable.Repeat((byte)0xFF, ByteBuffer.Slack)];
        return new ByteCursor(padded, bytes.Length, 0, "test");
    }

    private static long[] Numbers(SeededRandom random, int count, int typeBits)
    {
        int kind = random.Below(5);
        int spread = 1 + random.Below(typeBits);
        var values = new long[count];
        long value = (long)random.Next();
        for (int i = 0; i < count; i++)
        {
            value = kind switch
            {
                0 => (long)random.Next(),
                1 => value + (long)(random.Next() >> (64 - spread)),
                2 => value + 17,
                3 => i % 200 < 150 ? value : (long)(random.Next() >> (64 - spread)),
                _ => random.Below(2) == 0 ? long.MinValue : long.MaxValue,
            };
            values[i] = typeBits == 32 ? (int)value : value;
        }
        return values;
    }

    [Fact]
    public void Delta_Encoder_WritesWhatTheTwinWrites()
    {
        var random = new SeededRandom(1);
        var encoder = new DeltaEncoder();
        var buffer = new ByteBuffer();
        for (int round = 0; round < 400; round++)
        {
            int count = round < 300 ? random.Below(300) : random.Below(3000);
            long[] longs = Numbers(random, count, 64);
            buffer.Clear();
            bool nibbles = round % 2 == 0;
            encoder.Encode(longs, nibbles, buffer);
            Assert.Equal(SlowDelta.Encode(longs, 64, 128, 4, nibbles ? 4 : 1), buffer.Written.ToArray());

            int[] ints = [.. Numbers(random, count, 32).Select(v => (int)v)];
            buffer.Clear();
            encoder.Encode(ints, nibbles, buffer);
            Assert.Equal(SlowDelta.Encode([.. ints.Select(v => (long)v)], 32, 128, 4, nibbles ? 4 : 1), buffer.Written.ToArray());
        }
    }

    [Theory]
    [InlineData(128, 4)]
    [InlineData(128, 1)]
    [InlineData(256, 8)]
    [InlineData(1024, 4)]
    [InlineData(2048, 8)]
    public void Delta_Decoder_ReadsWhatTheTwinWrites(int blockValues, int groups)
    {
        var random = new SeededRandom((ulong)(blockValues + groups));
        for (int round = 0; round < 150; round++)
        {
            long[] longs = Numbers(random, random.Below(1500), 64);
            var decoded = new long[longs.Length];
            ByteCursor cursor = Cursor(SlowDelta.Encode(longs, 64, blockValues, groups));
            DeltaDecoder.Decode(ref cursor, decoded.AsSpan());
            Assert.Equal(longs, decoded);
            Assert.Equal(0, cursor.Left);

            long[] narrow = Numbers(random, random.Below(1500), 32);
            var ints = new int[narrow.Length];
            cursor = Cursor(SlowDelta.Encode(narrow, 32, blockValues, groups));
            DeltaDecoder.Decode(ref cursor, ints.AsSpan());
            Assert.Equal(narrow, ints.Select(v => (long)v));
        }
    }

    [Fact]
    public void BitPacking_EveryWidth_AsBitByBit()
    {
        var random = new SeededRandom(3);
        for (int width = 1; width <= 64; width++)
        {
            var slow = new SlowBits();
            var values = new ulong[BitPacking.GroupValues];
            ulong least = random.Next();
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = random.Next() >> (64 - width);
                slow.Put(values[i], width);
            }
            var packed = new byte[(values.Length * width / 8) + ByteBuffer.Slack];
            int length = BitPacking.Pack<ulong>([.. values.Select(v => unchecked(v + least))], least, width, packed);
            Assert.Equal(slow.ToBytes(), packed[..length]);
            if (width <= 32)
            {
                length = BitPacking.Pack<uint>([.. values.Select(v => unchecked((uint)(v + least)))], (uint)least, width, packed);
                Assert.Equal(slow.ToBytes(), packed[..length]);
            }
            var back = new ulong[values.Length];
            BitPacking.Unpack(packed, width, back);
            Assert.Equal(values, back);
        }
    }

    private static uint[] Indices(SeededRandom random, int count, int width)
    {
        var values = new uint[count];
        uint value = 0;
        int repeat = 1 + random.Below(60);
        for (int i = 0; i < count; i++)
        {
            if (random.Below(repeat) == 0)
            {
                value = (uint)(random.Next() & (ulong.MaxValue >> (64 - width)));
            }
            values[i] = value;
        }
        return values;
    }

    [Fact]
    public void Indices_Encoder_TwinReadsTheSame()
    {
        var random = new SeededRandom(4);
        var buffer = new ByteBuffer();
        for (int round = 0; round < 800; round++)
        {
            int width = 1 + (round % 16);
            uint[] values = Indices(random, 1 + random.Below(700), width);
            buffer.Clear();
            if (width <= 8)
            {
                IndexEncoder.Encode<byte>([.. values.Select(v => (byte)v)], width, buffer);
            }
            else
            {
                IndexEncoder.Encode<ushort>([.. values.Select(v => (ushort)v)], width, buffer);
            }
            Assert.Equal(width, buffer.Written[0]);
            Assert.Equal(values, SlowRuns.Decode(buffer.Written[1..].ToArray(), width, values.Length));
        }
    }

    [Fact]
    public void Indices_Decoder_ReadsWhatTheTwinWrites()
    {
        var random = new SeededRandom(5);
        uint[] dictionary = [.. Enumerable.Range(0, 1 << 20).Select(i => (uint)i)];
        for (int round = 0; round < 600; round++)
        {
            int width = 1 + (round % 20);
            uint[] values = Indices(random, 1 + random.Below(4000), width);
            var decoded = new uint[values.Length];
            ByteCursor cursor = Cursor([(byte)width, .. SlowRuns.Encode(values, width, random)]);
            IndexDecoder.Decode(ref cursor, (ReadOnlySpan<uint>)dictionary, decoded.AsSpan());
            Assert.Equal(values, decoded);
        }
    }

    [Fact]
    public void Levels_EncoderAndDecoder_AgreeWithTheTwin()
    {
        var random = new SeededRandom(6);
        var buffer = new ByteBuffer();
        for (int round = 0; round < 600; round++)
        {
            uint[] levels = Indices(random, 1 + random.Below(1500), 1);
            if (round % 3 == 0)
            {
                Array.Fill(levels, (uint)round & 1, 0, random.Below(levels.Length));
            }
            var bits = new ulong[(levels.Length + 63) / 64];
            Array.Fill(bits, round % 2 == 0 ? ulong.MaxValue : 0);
            for (int i = 0; i < levels.Length; i++)
            {
                bits[i / 64] = (bits[i / 64] & ~(1UL << (i % 64))) | ((ulong)levels[i] << (i % 64));
            }
            buffer.Clear();
            LevelEncoder.Encode(bits, levels.Length, buffer);
            Assert.Equal(levels, SlowRuns.Decode(buffer.Written.ToArray(), 1, levels.Length));
            Assert.Equal(levels.Count(l => l == 1), LevelEncoder.CountSet(bits, levels.Length));

            int start = random.Below(130);
            var decoded = new ulong[((start + levels.Length) / 64) + 2];
            Array.Fill(decoded, 0xAAAAAAAAAAAAAAAA);
            int set = BitRange.Decode(Cursor(SlowRuns.Encode(levels, 1, random)), decoded, start, levels.Length);
            Assert.Equal(levels.Count(l => l == 1), set);
            for (int i = 0; i < decoded.Length * 64; i++)
            {
                ulong wanted = i >= start && i < start + levels.Length ? levels[i - start] : (ulong)(i & 1);
                Assert.Equal(wanted, decoded[i / 64] >> (i % 64) & 1);
            }
        }
    }

    [Fact]
    public void Spread_AnyBitmap_PutsValuesToTheirRows()
    {
        var random = new SeededRandom(7);
        for (int round = 0; round < 500; round++)
        {
            uint[] levels = Indices(random, 1 + random.Below(400), 1);
            int start = random.Below(100);
            var bits = new ulong[((start + levels.Length) / 64) + 2];
            for (int i = 0; i < levels.Length; i++)
            {
                bits[(start + i) / 64] |= (ulong)levels[i] << ((start + i) % 64);
            }
            int next = 0;
            int[] wanted = [.. levels.Select(l => l == 1 ? ++next : 0)];
            int[] rows = [.. Enumerable.Range(1, levels.Length)];
            BitRange.Spread(rows.AsSpan(), next, bits, start);
            Assert.Equal(wanted, rows);
        }
    }

    [Fact]
    public void Narrowing_AnyRange_AsOneByOne()
    {
        var random = new SeededRandom(8);
        for (int round = 0; round < 200; round++)
        {
            int shift = random.Below(8);
            long min = (long)random.Next() >> 8;
            long[] longs = [.. Enumerable.Range(0, 1 + random.Below(200)).Select(_ => min + ((long)random.Below(256) << shift))];
            int[] ints = [.. longs.Select(v => (int)(v - min) - 70000)];
            var bytes = new byte[longs.Length];
            Narrowing.ToBytes<long>(longs, min, shift, bytes);
            Assert.Equal(longs.Select(v => (byte)((v - min) >> shift)), bytes);
            Narrowing.ToBytes<int>(ints, -70000, shift, bytes);
            Assert.Equal(ints.Select(v => (byte)((v + 70000) >> shift)), bytes);
        }
    }
}
