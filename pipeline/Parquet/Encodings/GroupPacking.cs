using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SecondLook.Parquet.Encodings;

/// <summary>Packs groups of eight numbers that lie in bytes or 16-bit words: four words of numbers at a time, each merged by shifting halves together.</summary>
internal static class GroupPacking
{
    private const int Lanes = 4;

    /// <summary>Packs numbers of up to 8 bits.</summary>
    /// <param name="from">First of the numbers, a byte each.</param>
    /// <param name="groups">How many times eight of them.</param>
    /// <param name="width">Bits per number, 1 to 8.</param>
    /// <param name="to">Room for groups * width bytes and <see cref="ByteBuffer.Slack"/> more.</param>
    public static void Bytes(ref readonly byte from, int groups, int width, ref byte to)
    {
        ref byte source = ref Unsafe.AsRef(in from);
        if (width == 8)
        {
            Unsafe.CopyBlockUnaligned(ref to, ref source, (uint)groups * 8);
            return;
        }
        int group = 0;
        for (; group + Lanes <= groups; group += Lanes)
        {
            Bytes(Vector256.LoadUnsafe(ref source), width, ref to);
            source = ref Unsafe.Add(ref source, Lanes * 8);
            to = ref Unsafe.Add(ref to, Lanes * width);
        }
        for (; group < groups; group++)
        {
            ulong word = Unsafe.ReadUnaligned<ulong>(ref source);
            word = (word & 0x00FF00FF00FF00FF) | ((word & 0xFF00FF00FF00FF00) >> (8 - width));
            word = (word & 0x0000FFFF0000FFFF) | ((word & 0xFFFF0000FFFF0000) >> (16 - (2 * width)));
            word = (word & 0x00000000FFFFFFFF) | (word >> 32 << (4 * width));
            Unsafe.WriteUnaligned(ref to, word);
            source = ref Unsafe.Add(ref source, 8);
            to = ref Unsafe.Add(ref to, width);
        }
    }

    /// <summary>Packs numbers of 9 to 16 bits.</summary>
    /// <param name="from">First of the numbers, 16 bits each.</param>
    /// <param name="groups">How many times eight of them.</param>
    /// <param name="width">Bits per number, 9 to 16.</param>
    /// <param name="to">Room for groups * width bytes and <see cref="ByteBuffer.Slack"/> more.</param>
    public static void Words(ref readonly ushort from, int groups, int width, ref byte to)
    {
        ref byte source = ref Unsafe.As<ushort, byte>(ref Unsafe.AsRef(in from));
        int group = 0;
        for (; group + (Lanes / 2) <= groups; group += Lanes / 2)
        {
            Words(Vector256.LoadUnsafe(ref source).AsUInt16(), width, ref to);
            source = ref Unsafe.Add(ref source, Lanes * 8);
            to = ref Unsafe.Add(ref to, Lanes / 2 * width);
        }
        if (group < groups)
        {
            StoreEight(
                MergeFour(Unsafe.ReadUnaligned<ulong>(ref source), width),
                MergeFour(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref source, 8)), width),
                width,
                ref to);
        }
    }

    /// <summary>Packs 32 numbers of up to 8 bits; parameters are those of the method for many.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Bytes(Vector256<byte> numbers, int width, ref byte to)
    {
        Vector256<ulong> words = numbers.AsUInt64();
        words = (words & Vector256.Create(0x00FF00FF00FF00FFUL)) | ((words & Vector256.Create(0xFF00FF00FF00FF00UL)) >> (8 - width));
        words = (words & Vector256.Create(0x0000FFFF0000FFFFUL)) | ((words & Vector256.Create(0xFFFF0000FFFF0000UL)) >> (16 - (2 * width)));
        words = (words & Vector256.Create(0x00000000FFFFFFFFUL)) | (words >> 32 << (4 * width));
        Store(words, width, ref to);
    }

    /// <summary>Packs 16 numbers of 9 to 16 bits; parameters are those of the method for many.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Words(Vector256<ushort> numbers, int width, ref byte to)
    {
        Vector256<ulong> words = numbers.AsUInt64();
        words = (words & Vector256.Create(0x0000FFFF0000FFFFUL)) | ((words & Vector256.Create(0xFFFF0000FFFF0000UL)) >> (16 - width));
        words = (words & Vector256.Create(0x00000000FFFFFFFFUL)) | (words >> 32 << (2 * width));
        if ((width & 1) == 0)
        {
            // Four numbers take whole bytes already.
            Store(words, width / 2, ref to);
            return;
        }
        StoreEight(words.GetElement(0), words.GetElement(1), width, ref to);
        StoreEight(words.GetElement(2), words.GetElement(3), width, ref Unsafe.Add(ref to, width));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<ulong> words, int step, ref byte to)
    {
        // Each overwrites what the one before wrote behind its own bytes.
        Unsafe.WriteUnaligned(ref to, words.GetElement(0));
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, step), words.GetElement(1));
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, 2 * step), words.GetElement(2));
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, 3 * step), words.GetElement(3));
    }

    // Eight numbers of 9 to 16 bits that were merged by fours.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreEight(ulong low, ulong high, int width, ref byte to)
    {
        int bits = 4 * width;
        // With 16 bits the first word is full; shifting in two steps keeps a shift by 64 from being one by 0.
        Unsafe.WriteUnaligned(ref to, low | (high << (bits - 1) << 1));
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, 8), high >> (64 - bits));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong MergeFour(ulong word, int width)
    {
        word = (word & 0x0000FFFF0000FFFF) | ((word & 0xFFFF0000FFFF0000) >> (16 - width));
        return (word & 0x00000000FFFFFFFF) | (word >> 32 << (2 * width));
    }
}
