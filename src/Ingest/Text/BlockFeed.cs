using SecondLook.Ingest.Text.Forms;

namespace SecondLook.Ingest.Text;

/// <summary>
/// Hands out the blocks of an input, read and parsed by the fixed grammars. With a second thread the next block is made while the one handed
/// out is being used; the blocks are the same.
/// </summary>
/// <param name="lines">Reads the blocks.</param>
/// <param name="parser">Parses them, or null where no fixed grammar fits.</param>
/// <param name="ahead">Whether to make the next block on another thread.</param>
/// <param name="blockBytes">Most bytes of a block.</param>
internal sealed class BlockFeed(LineReader lines, FixedLineParser? parser, bool ahead, int blockBytes = LineBlock.UsualCapacity) : IDisposable
{
    private LineBlock _current = new(blockBytes);
    private LineBlock _next = new(blockBytes);
    private Task? _making;

    /// <summary>The next block; valid until the next call.</summary>
    public LineBlock Next()
    {
        if (!ahead)
        {
            // The same memory every time, so that it stays in the cache.
            Make(_current);
            return _current;
        }
        _making ??= Task.Run(() => Make(_next));
        _making.GetAwaiter().GetResult();
        (_current, _next) = (_next, _current);
        _making = _current.IsLast ? null : Task.Run(() => Make(_next));
        return _current;
    }

    /// <summary>Waits for the block in the making.</summary>
    public void Dispose()
    {
        if (_making is { } making)
        {
            // Whatever it met is of no interest any more.
            ((IAsyncResult)making).AsyncWaitHandle.WaitOne();
        }
    }

    private void Make(LineBlock block)
    {
        lines.Read(block);
        parser?.Parse(block);
    }
}
