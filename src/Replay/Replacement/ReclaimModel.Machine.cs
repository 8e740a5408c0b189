namespace SecondLook.Replay.Replacement;

/// <content>The machine's own memory: watermarks, kswapd, direct reclaim of allocations.</content>
public sealed partial class ReclaimModel
{
    private const long LeastMinKib = 128;
    private const long MostMinKib = 262_144;
    private const int WatermarkScale = 10;
    private const int KswapdFailures = 16;
    private long _machinePages;
    private int _kswapdFailures;

    /// <summary>Memory of the machine that user pages may fill, in pages; 0 is no limit, and no root reclaim by itself.</summary>
    public long MachinePages
    {
        get => _machinePages;
        set
        {
            _machinePages = value;
            long kib = Math.Clamp((long)Math.Sqrt(value * 4.0 * 16), LeastMinKib, MostMinKib);
            // A machine as small as a test is not all reserve.
            MinWatermarkPages = Math.Min(kib / 4, value / 16);
            long step = Math.Max(MinWatermarkPages / 4, value * WatermarkScale / 10_000);
            LowWatermarkPages = MinWatermarkPages + step;
            HighWatermarkPages = MinWatermarkPages + (2 * step);
        }
    }

    /// <summary>Free pages below which allocations reclaim themselves.</summary>
    public long MinWatermarkPages { get; private set; }

    /// <summary>Free pages below which kswapd is woken.</summary>
    public long LowWatermarkPages { get; private set; }

    /// <summary>Runs of kswapd.</summary>
    public long KswapdRuns { get; private set; }

    /// <summary>Allocations that had to reclaim.</summary>
    public long DirectReclaims { get; private set; }

    /// <summary>Times at which kswapd found every lruvec younger than min_ttl: the OOM killer's turn.</summary>
    public long MinTtlKills { get; private set; }

    private long FreeOfMachine => _machinePages == 0 ? FreePages : _machinePages - Root.Usage;

    /// <summary>Free pages as the rules of root reclaim see them.</summary>
    internal long FreeForRules => FreeOfMachine;

    /// <summary>Whether kswapd may go back to sleep.</summary>
    internal bool IsBalanced => _machinePages > 0 && FreeOfMachine >= HighWatermarkPages;

    /// <summary>Takes one page from the machine, reclaiming where it is short.</summary>
    /// <returns>False if nothing could be freed: the OOM killer's turn.</returns>
    /// <remarks>
    /// Models: the watermarks of calculate_min_free_kbytes and __setup_per_zone_wmarks, get_page_from_allocator's fast path, wake_all_kswapds,
    /// __alloc_pages_slowpath with its 16 fruitless retries. Omits: time; kswapd has done its work when the allocation goes on. Orders, zones, per-CPU pages.
    /// </remarks>
    private bool TryAllocate()
    {
        if (_machinePages == 0)
        {
            return true;
        }
        if (FreeOfMachine - 1 < LowWatermarkPages && _kswapdFailures < KswapdFailures)
        {
            Observer.Kswapd(works: true);
            Balance();
            Observer.Kswapd(works: false);
        }
        for (int retries = ForceCharges ? 0 : ReclaimRetries; FreeOfMachine - 1 < MinWatermarkPages;)
        {
            DirectReclaims++;
            if (ReclaimDirect(SwapClusterMax) > 0)
            {
                _kswapdFailures = 0;
            }
            else if (retries-- == 0)
            {
                ForcedPages += ForceCharges ? 1 : 0;
                return ForceCharges;
            }
        }
        return true;
    }

    // One zone: what kswapd aims for in a pass is its high watermark, and it goes on until that many pages are free.
    private void Balance()
    {
        KswapdRuns++;
        while (!IsBalanced)
        {
            long freed = RunKswapd(HighWatermarkPages);
            if (freed < 0)
            {
                MinTtlKills++;
            }
            if (freed <= 0)
            {
                _kswapdFailures++;
                return;
            }
            _kswapdFailures = 0;
        }
    }
}
