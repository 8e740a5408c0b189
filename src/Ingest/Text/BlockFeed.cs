using SecondLook.Ingest.Text.Forms;

namespace SecondLook.Ingest.Text;

/// <summary>
/// Hands out the blocks of an input, read and parsed by the fixed grammars. With a second thread the next few blocks are made while those handed
/// out are being used; the blocks are the same.
/// </summary>
/// <param name="lines">Reads the blocks.</param>
/// <param name="parser">Parses them, or null where no fixed grammar fits.</param>
/// <param name="ahead">Whether to make the next blocks on another thread.</param>
/// <param name="blockBytes">Most bytes of a block.</param>
internal sealed class BlockFeed(LineReader lines, FixedLineParser? parser, bool ahead, int blockBytes = LineBlock.UsualCapacity) : IDisposable
{
    // Threads wait for each other once in so many blocks: waiting and waking cost as much as a good part of a block (tests/Benchmarks).
    private const int BlocksAhead = 16;
    private LineBlock[] _current = Blocks(ahead ? BlocksAhead : 1, blockBytes);
    private LineBlock[] _next = Blocks(ahead ? BlocksAhead : 0, blockBytes);
    private int _used = BlocksAhead;
    private Task? _making;

    /// <summary>The next block; valid until the next call.</summary>
    public LineBlock Next()
    {
        if (!ahead)
        {
            // The same memory every time, so that it stays in the cache.
            Make(_current[0]);
            return _current[0];
        }
        if (_used == BlocksAhead)
        {
            _making ??= Task.Run(() => Make(_next));
            _making.GetAwaiter().GetResult();
            (_current, _next) = (_next, _current);
            _making = Array.Exists(_current, static block => block.IsLast) ? null : Task.Run(() => Make(_next));
            _used = 0;
        }
        return _current[_used++];
    }

    /// <summary>Waits for the blocks in the making.</summary>
    public void Dispose()
    {
        if (_making is { } making)
        {
            // Whatever it met is of no interest any more.
            ((IAsyncResult)making).AsyncWaitHandle.WaitOne();
        }
    }

    private static LineBlock[] Blocks(int count, int bytes)
    {
        LineBlock[] blocks = new LineBlock[count];
        for (int i = 0; i < count; i++)
        {
            blocks[i] = new LineBlock(bytes);
        }
        return blocks;
    }

    private void Make(LineBlock[] blocks)
    {
        foreach (LineBlock block in blocks)
        {
            Make(block);
            if (block.IsLast)
            {
                return;
            }
        }
    }

    private void Make(LineBlock block)
    {
        lines.Read(block);
        parser?.Parse(block);
    }
}
