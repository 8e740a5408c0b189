namespace SecondLook.Ingest.Inputs;

/// <summary>Unpacks members or frames, one after the other, with a library of the system: what is derived says how one step goes.</summary>
/// <param name="name">Base name of the input, for messages.</param>
/// <param name="kind">Name of the compression, for messages.</param>
/// <param name="packed">Packed bytes.</param>
/// <param name="leaveOpen">Whether they belong to somebody else.</param>
internal abstract class LibraryStream(string name, string kind, Stream packed, bool leaveOpen) : ForwardStream
{
    private const int PackedBuffer = 1 << 17;
    // No library needs so many calls to move on; whoever does not would be called for ever.
    private const int MostIdleSteps = 16;
    private readonly byte[] _input = new byte[PackedBuffer];
    private int _at;
    private int _end;
    private bool _packedEnded;

    /// <summary>Whether a member has begun that has not ended: packed bytes must not end there.</summary>
    protected bool IsInside { get; set; }

    /// <inheritdoc/>
    public sealed override int Read(Span<byte> buffer)
    {
        for (int idle = 0; !buffer.IsEmpty; idle++)
        {
            if (_at == _end && !_packedEnded)
            {
                _at = 0;
                _end = packed.Read(_input, 0, _input.Length);
                _packedEnded = _end == 0;
                idle = 0;
            }
            int produced = Step(_input.AsSpan(_at, _end - _at), buffer, out int consumed);
            _at += consumed;
            if (produced > 0)
            {
                return produced;
            }
            idle = consumed > 0 ? 0 : idle;
            if (_packedEnded && _at == _end)
            {
                return IsInside ? throw Damaged("it ends in the middle") : 0;
            }
            if (idle > MostIdleSteps)
            {
                throw Damaged("it goes no further");
            }
        }
        return 0;
    }

    /// <summary>Unpacks some bytes; called without packed bytes too, when there are no more.</summary>
    /// <param name="input">Packed bytes.</param>
    /// <param name="output">Takes what is unpacked.</param>
    /// <param name="consumed">Packed bytes that are done with.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="InvalidDataException">They are damaged.</exception>
    protected abstract int Step(ReadOnlySpan<byte> input, Span<byte> output, out int consumed);

    /// <summary>Says that the packed bytes are damaged.</summary>
    protected InvalidDataException Damaged(string why) => new($"{name}: damaged {kind} data ({why}).");

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !leaveOpen)
        {
            packed.Dispose();
        }
        base.Dispose(disposing);
    }
}
