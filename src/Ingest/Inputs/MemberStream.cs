using System.IO.Compression;

namespace SecondLook.Ingest.Inputs;

/// <summary>
/// Unpacks members or frames one after the other. A damaged one ends where its damage is met; a line of text (<see cref="Mark"/>) takes the
/// place of what is lost, and reading goes on with the next member, as each begins anew.
/// </summary>
internal sealed class MemberStream : ForwardStream
{
    private readonly MemberCuts _packed;
    private readonly Func<Stream, Stream> _open;
    private readonly InputFacts _facts;
    private Stream _member;
    private int _markAt = -1;
    private InvalidDataException? _end;

    private MemberStream(Stream packed, byte first, MemberCuts.Start isStart, Func<Stream, Stream> open, InputFacts facts)
    {
        _packed = new MemberCuts(packed, first, isStart);
        _open = open;
        _facts = facts;
        _member = open(_packed);
    }

    /// <summary>The line that stands for what a damaged member lost, with a newline before and behind it.</summary>
    public static ReadOnlySpan<byte> Mark => "\n##### damaged member of the archive ####\n"u8;

    /// <summary>Unpacks gzip.</summary>
    public static MemberStream Gzip(Stream packed, InputFacts facts) => new(
        packed, 0x1f, static head => head[1] == 0x8b && head[2] == 8 && (head[3] & 0xe0) == 0,
        static stream => new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true), facts);

    /// <summary>Unpacks zstd.</summary>
    public static MemberStream Zstd(string name, Stream packed, InputFacts facts) => new(
        packed, 0x28, static head => head[1] == 0xb5 && head[2] == 0x2f && head[3] == 0xfd,
        stream => new ZstdStream(name, stream, leaveOpen: true), facts);

    /// <summary>Unpacks xz.</summary>
    /// <exception cref="DllNotFoundException">There is no liblzma.</exception>
    public static MemberStream Xz(string name, Stream packed, InputFacts facts) => new(
        packed, 0xfd, static head => head[1] == 0x37 && head[2] == 0x7a && head[3] == 0x58,
        stream => new XzStream(name, stream, leaveOpen: true), facts);

    /// <summary>Unpacks bzip2.</summary>
    /// <exception cref="DllNotFoundException">There is no libbz2.</exception>
    public static MemberStream Bzip2(string name, Stream packed, InputFacts facts) => new(
        packed, (byte)'B', static head => head[1] == 'Z' && head[2] == 'h' && head[3] is >= (byte)'1' and <= (byte)'9',
        stream => new Bzip2Stream(name, stream, leaveOpen: true), facts);

    /// <summary>Unpacks frames of lz4.</summary>
    /// <exception cref="DllNotFoundException">There is no liblz4.</exception>
    public static MemberStream Lz4(string name, Stream packed, InputFacts facts) => new(
        packed, 0x04, static head => head[1] == 0x22 && head[2] == 0x4d && head[3] == 0x18,
        stream => new Lz4Stream(name, stream, leaveOpen: true), facts);

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            if (_markAt >= 0 && _markAt < Mark.Length)
            {
                int count = Math.Min(buffer.Length, Mark.Length - _markAt);
                Mark.Slice(_markAt, count).CopyTo(buffer);
                _markAt += count;
                return count;
            }
            if (_end is { } end)
            {
                // Whoever looked at the first bytes may have met the damage before the reader does.
                throw end;
            }
            try
            {
                return _member.Read(buffer);
            }
            catch (InvalidDataException e)
            {
                if (!_packed.ToNextMember())
                {
                    _end = e;
                    throw;
                }
                _member.Dispose();
                _member = _open(_packed);
                _facts.DamagedMembers++;
                _markAt = 0;
            }
        }
        return 0;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _member.Dispose();
            _packed.Dispose();
        }
        base.Dispose(disposing);
    }
}
