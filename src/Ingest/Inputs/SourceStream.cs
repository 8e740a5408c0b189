using System.Security.Cryptography;
using SecondLook.Contracts.Runs;

namespace SecondLook.Ingest.Inputs;

/// <summary>The stored bytes of an input: counted, hashed and reported as progress while they pass.</summary>
internal sealed class SourceStream(Stream inner, InputFacts facts, long total, IProgress<StageProgress>? progress) : ForwardStream
{
    private const long ReportEvery = 16 << 20;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _nextReport = ReportEvery;
    private bool _hashed = facts.Sha256.Length > 0;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        int read = inner.Read(buffer);
        if (read == 0)
        {
            FinishHash();
            return 0;
        }
        if (!_hashed)
        {
            _hash.AppendData(buffer[..read]);
        }
        facts.Bytes += read;
        if (facts.Bytes >= _nextReport)
        {
            _nextReport = facts.Bytes + ReportEvery;
            progress?.Report(new StageProgress($"ingest {facts.Name}", facts.Bytes, total, "bytes"));
        }
        return read;
    }

    /// <summary>Reads what no reader wanted, so that size and hash are those of the whole input.</summary>
    public void Drain()
    {
        byte[] rest = new byte[1 << 16];
        while (Read(rest) > 0)
        {
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
            _hash.Dispose();
        }
        base.Dispose(disposing);
    }

    private void FinishHash()
    {
        if (!_hashed)
        {
            _hashed = true;
            facts.Sha256 = Convert.ToHexStringLower(_hash.GetHashAndReset());
        }
    }
}
