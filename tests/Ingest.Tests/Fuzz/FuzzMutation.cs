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
    public static Mutation Of(byte[] seed, byte[] other, Xoshiro256 random)
    {
        Mutation mutation = new(seed);
        int changes = 1 + (int)random.NextBelow(5);
        for (int i = 0; i < changes && mutation.Bytes.Length is > 0 and < MostBytes; i++)
        {
            Once(mutation, other, random);
        }
        // Now and then the whole is packed again, deeper than anybody does: three layers are unpacked, more are refused.
        int layers = random.NextBelow(64) == 0 ? (int)random.NextBelow(6) : 0;
        byte[] bytes = mutation.Bytes;
        for (int i = 0; i < layers; i++)
        {
            bytes = Gzip(bytes);
        }
        if (layers > 0)
        {
            mutation.Wrap("pack", bytes, keeps: layers < 3 && SecondLook.Ingest.Inputs.Compression.KindOf(mutation.Bytes) == "none");
        }
        return mutation;
    }

    private static void Once(Mutation mutation, byte[] other, Xoshiro256 random)
    {
        byte[] bytes = mutation.Bytes;
        int at = (int)random.NextBelow((ulong)bytes.Length);
        switch (random.NextBelow(10))
        {
            case 0:
                mutation.Replace("flip", at, 1, [(byte)(bytes[at] ^ (1 << (int)random.NextBelow(8)))]);
                break;
            case 1:
                mutation.Replace("byte", at, 1, [(byte)random.Next()]);
                break;
            case 2:
                mutation.Replace("cut", at, bytes.Length - at, default);
                break;
            case 3 when at <= bytes.Length - 8:
                ulong[] lengths = [0, 1, 0x7fffffff, 0xffffffff, 0x7fffffffffffffff, ulong.MaxValue, (ulong)bytes.Length, (ulong)bytes.Length * 2];
                byte[] length = new byte[8];
                BinaryPrimitives.WriteUInt64LittleEndian(length, lengths[random.NextBelow((ulong)lengths.Length)]);
                mutation.Replace("length", at, 8, length);
                break;
            case 4 when at <= bytes.Length - 4:
                byte[] word = new byte[4];
                BinaryPrimitives.WriteUInt32BigEndian(word, (uint)random.Next());
                mutation.Replace("word", at, 4, word);
                break;
            case 5:
                int from = (int)random.NextBelow((ulong)other.Length);
                mutation.Replace("splice", at, bytes.Length - at, other.AsSpan(from));
                break;
            case 6:
                mutation.Repeat("repeat", at, (int)Math.Min(random.NextBelow(4096), (ulong)(bytes.Length - at)));
                break;
            case 7:
                mutation.Replace("gone", at, (int)Math.Min(random.NextBelow(64), (ulong)(bytes.Length - at)), default);
                break;
            case 8:
                mutation.Replace("insert", at, 0, Encoding.UTF8.GetBytes(Words[random.NextBelow((ulong)Words.Length)]));
                break;
            case 9 when random.NextBelow(8) == 0:
                byte[] run = new byte[(int)random.NextBelow(100_000)];
                run.AsSpan().Fill(bytes[at]);
                mutation.Replace("run", at, 0, run);
                break;
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
