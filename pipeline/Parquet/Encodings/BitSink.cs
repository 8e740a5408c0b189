using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace SecondLook.Parquet.Encodings;

/// <summary>Collects bits in a word and stores whole words; the destination needs eight spare bytes.</summary>
internal ref struct BitSink(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;
    private ulong _word;
    private int _used;
    private int _at;

    /// <summary>Appends the low <paramref name="count"/> bits (1 to 64); higher bits must be zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Put(ulong bits, int count)
    {
        _word |= bits << _used;
        _used += count;
        if (_used >= 64)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(_destination[_at..], _word);
            _at += 8;
            _used -= 64;
            // Shifted in two steps: a shift by 64 would be a shift by 0.
            _word = bits >> 1 >> (count - _used - 1);
        }
    }

    /// <summary>Stores what is left and gives the number of bytes written.</summary>
    public readonly int End()
    {
        if (_used > 0)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(_destination[_at..], _word);
        }
        return _at + ((_used + 7) >> 3);
    }
}
