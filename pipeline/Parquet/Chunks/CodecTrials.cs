using SecondLook.Parquet.Codecs;
using SecondLook.Parquet.Encodings;

namespace SecondLook.Parquet.Chunks;

/// <summary>
/// Finds out which form suits each column, and remembers it: what a column holds seldom changes from one row group to the next, and compressing
/// for nothing costs as much as compressing.
/// </summary>
/// <param name="compressor">The codec, or null for none.</param>
internal sealed class CodecTrials(PageCompressor? compressor)
{
    /// <summary>Pages of fewer bytes are compressed untried.</summary>
    public const int MinBytes = 4096;

    // After a trial that changes nothing, four times as many chunks of the column go without one.
    private const int FirstPause = 3;
    private const int MostChunksUntried = 63;

    // Repetitions are not looked for where that costs a quarter of a page at most, and all such columns a sixteenth of a row group.
    private const int LossOfPage = 4;
    private const int LossOfGroup = 16;
    private readonly ByteBuffer _compressed = new();
    private readonly ByteBuffer _entropy = new();
    private Column[] _columns = [];
    private long _groupStart;
    private long _groupBytes;
    private long _lost;

    /// <summary>Notes that a row group begins.</summary>
    /// <param name="position">Bytes in the file so far.</param>
    public void BeginGroup(long position)
    {
        _groupBytes = _groupStart == 0 ? 0 : position - _groupStart;
        _groupStart = position;
    }

    /// <summary>Gives the form of a column's last trial.</summary>
    /// <returns>False when it is time for another.</returns>
    public bool TryRecall(int column, out PageForm form)
    {
        if (column >= _columns.Length)
        {
            Array.Resize(ref _columns, Math.Max(64, column * 2));
        }
        ref Column trials = ref _columns[column];
        form = trials.Form;
        if (trials.Untried == 0)
        {
            return false;
        }
        trials.Untried--;
        return true;
    }

    /// <summary>Tries all forms on a page.</summary>
    /// <param name="column">Number of the column.</param>
    /// <param name="tight">Bytes of the page when it is stored.</param>
    /// <param name="body">The page as the codec gets it.</param>
    public PageForm Choose(int column, int tight, ReadOnlySpan<byte> body)
    {
        ref Column trials = ref _columns[column];
        int matched = Compress(PageForm.Matches, body).Length;
        int coded = compressor!.HasEntropyCoder ? Compress(PageForm.Entropy, body).Length : int.MaxValue;
        _lost -= trials.Lost;
        trials.Lost = 0;
        // Packed bits are often as short as they can be.
        int most = tight / 10 * 9;
        PageForm form = matched <= most ? PageForm.Matches : PageForm.Stored;
        long loss = Math.Max(0L, coded - matched);
        if (coded <= most && loss <= body.Length / LossOfPage && _lost + loss <= _groupBytes / LossOfGroup)
        {
            form = PageForm.Entropy;
            trials.Lost = loss;
            _lost += loss;
        }
        // Before the first row group is whole, nobody knows what a loss is worth.
        trials.Pause = _groupBytes == 0 ? 0 : form != trials.Form ? FirstPause : Math.Min((trials.Pause * 4) + 3, MostChunksUntried);
        trials.Untried = trials.Pause;
        trials.Form = form;
        return form;
    }

    /// <summary>What <see cref="Choose"/> made of its page, in the form that it gave.</summary>
    public ReadOnlySpan<byte> Tried(PageForm form) => form == PageForm.Entropy ? _entropy.Written : _compressed.Written;

    /// <summary>Compresses a page; what is returned is good until the next call.</summary>
    public ReadOnlySpan<byte> Compress(PageForm form, ReadOnlySpan<byte> body)
    {
        if (form == PageForm.Entropy)
        {
            compressor!.CompressByEntropy(body, _entropy);
        }
        else
        {
            compressor!.Compress(body, _compressed);
        }
        return Tried(form);
    }

    /// <summary>What is known of a column.</summary>
    private struct Column
    {
        public PageForm Form;
        public int Pause;
        public int Untried;
        public long Lost;
    }
}
