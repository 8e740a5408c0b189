namespace SecondLook.Replay.Hosts;

/// <summary>Which pages have, or were last believed young on, a bit that outlived a harvest of the page.</summary>
/// <remarks>
/// Such a bit tells of a touch before the last time that somebody asked: it stood in an MMU that was not cleared then. Questions of one
/// instant are one harvest, since the reverse-map test of 6.1 asks a page twice. Kept for the error ledger alone; a few operations on words
/// a question, none a page.
/// </remarks>
internal sealed class StaleBits
{
    private readonly HostModel _host;
    private readonly ulong[] _askedBefore;
    private readonly ulong[] _askedNow;
    private readonly long[] _nowNs;
    private readonly ulong[] _stale;

    /// <summary>Begins with no page asked.</summary>
    /// <param name="host">The host whose page tables are asked.</param>
    public StaleBits(HostModel host)
    {
        _host = host;
        _askedBefore = new ulong[(host.Reclaim.Folios.Count + 63) >> 6];
        _askedNow = new ulong[_askedBefore.Length];
        _nowNs = new long[_askedBefore.Length];
        _stale = new ulong[_askedBefore.Length];
    }

    /// <summary>A page is touched: what its bits say next is new.</summary>
    /// <param name="modelPage">Model page.</param>
    public void Touch(int modelPage)
    {
        int word = modelPage >> 6;
        ulong others = ~(1UL << modelPage);
        _askedBefore[word] &= others;
        _askedNow[word] &= others;
        _stale[word] &= others;
    }

    /// <summary>Pages are asked.</summary>
    /// <param name="word">Their word of 64 model pages.</param>
    /// <param name="asked">Those asked.</param>
    /// <param name="young">Those found young.</param>
    public void Ask(int word, ulong asked, ulong young)
    {
        if (word >= _stale.Length)
        {
            // Memory of the VMM that came after the guest's: nothing judges it.
            return;
        }
        if (_nowNs[word] != _host.Reclaim.NowNs)
        {
            _nowNs[word] = _host.Reclaim.NowNs;
            _askedBefore[word] |= _askedNow[word];
            _askedNow[word] = 0;
        }
        _stale[word] |= young & _askedBefore[word];
        _askedNow[word] |= asked;
    }

    /// <summary>Whether a bit that outlived a harvest still stands for a page, or was the last to be believed, with no touch since.</summary>
    /// <param name="page">Dense page id.</param>
    public bool IsStale(int page)
    {
        int modelPage = _host.ModelPageOf(page);
        int word = modelPage >> 6;
        return (_stale[word] >> modelPage & 1) != 0
            || (((_askedBefore[word] | _askedNow[word]) >> modelPage & 1) != 0 && _host.IsYoungAnywhere(page));
    }
}
