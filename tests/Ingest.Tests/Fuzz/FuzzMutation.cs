using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using SecondLook.Contracts.Runs;

namespace SecondLook.Ingest.Tests.Fuzz;

/// <summary>Seeded damage: flipped bits, cuts, splices of two files, repeats, huge lengths, deep nesting, bombs.</summary>
internal static class FuzzMutation
{
    private const int MostBytes = 1 << 19;

    private static readonly string[] Words =
    [
        "kvm_age_hva: ", "[FAILED TO PARSE] ", "0x", "-1", "99999999999999999999", "\n", "\r\n", "\t", ": ", "# tracer: nop\n", "CPU:1 [LOST 5 EVENTS]\n", "kmr1\t",
        "<...>", "  =>  ", "\0", "\uFEFF", "%s%n", "{\"", "as id 0 gfn ", "..,", "18446744073709551616", "9223372036854775808.000000: ",
    ];

    /// <summary>Damages a file.</summary>
    public static byte[] Of(byte[] seed, byte[] other, Xoshiro256 random)
    {
        byte[] bytes = (byte[])seed.Clone();
        int changes = 1 + (int)random.NextBelow(5);
        for (int i = 0; i < changes && bytes.Length is > 0 and < MostBytes; i++)
        {
            bytes = Once(bytes, other, random);
        }
        // Now and then the whole is packed again, deeper than anybody does.
        for (int layers = random.NextBelow(64) == 0 ? (int)random.NextBelow(6) : 0; layers > 0; layers--)
        {
            bytes = Gzip(bytes);
        }
        return bytes;
    }

    private static byte[] Once(byte[] bytes, byte[] other, Xoshiro256 random)
    {
        int at = (int)random.NextBelow((ulong)bytes.Length);
        switch (random.NextBelow(10))
        {
            case 0:
                bytes[at] ^= (byte)(1 << (int)random.NextBelow(8));
                return bytes;
            case 1:
                bytes[at] = (byte)random.Next();
                return bytes;
            case 2:
                return bytes[..at];
            case 3 when at <= bytes.Length - 8:
                ulong[] lengths = [0, 1, 0x7fffffff, 0xffffffff, 0x7fffffffffffffff, ulong.MaxValue, (ulong)bytes.Length, (ulong)bytes.Length * 2];
                BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(at), lengths[random.NextBelow((ulong)lengths.Length)]);
                return bytes;
            case 4 when at <= bytes.Length - 4:
                BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(at), (uint)random.Next());
                return bytes;
            case 5:
                int from = (int)random.NextBelow((ulong)other.Length);
                return [.. bytes[..at], .. other[from..]];
            case 6:
                int repeat = (int)Math.Min(random.NextBelow(4096), (ulong)(bytes.Length - at));
                return [.. bytes[..(at + repeat)], .. bytes[at..]];
            case 7:
                int gone = (int)Math.Min(random.NextBelow(64), (ulong)(bytes.Length - at));
                return [.. bytes[..at], .. bytes[(at + gone)..]];
            case 8:
                return [.. bytes[..at], .. Encoding.UTF8.GetBytes(Words[random.NextBelow((ulong)Words.Length)]), .. bytes[at..]];
            case 9 when random.NextBelow(8) == 0:
                byte[] run = new byte[(int)random.NextBelow(100_000)];
                run.AsSpan().Fill(bytes[at]);
                return [.. bytes[..at], .. run, .. bytes[at..]];
            default:
                return bytes;
        }
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using MemoryStream packed = new();
        using (GZipStream stream = new(packed, CompressionLevel.Fastest))
        {
            stream.Write(bytes);
        }
        return packed.ToArray();
    }
}
