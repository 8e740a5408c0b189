using SecondLook.Replay.Replacement;

namespace SecondLook.Replay.Hosts;

/// <summary>Hears what reclaim decides and tells the recorder, in guest pages.</summary>
/// <param name="recorder">Receives evictions.</param>
public sealed class RecordingObserver(ReplayRecorder recorder) : ReclaimObserver
{
    /// <summary>The host whose reclaim this hears; set once it is built.</summary>
    public HostModel? Host { get; set; }

    /// <summary>Aging passes since the last reset.</summary>
    public long AgingPasses { get; set; }

    /// <inheritdoc/>
    public override void Unmapped(int page)
    {
        int guest = Host!.GuestPageOf(page);
        if (guest < 0)
        {
            return;
        }
        // Eviction takes from the oldest generation of the type.
        Replacement.Mglru.MglruLruvec? lruvec = Host.MemcgOf(page).Generations;
        recorder.Evict(guest, lruvec is null ? -1 : (int)(lruvec.MaxSeq - lruvec.MinSeq(0)));
    }

    /// <inheritdoc/>
    public override void GenerationCreated(Memcg memcg, long maxSeq) => AgingPasses++;
}
