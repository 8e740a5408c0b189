using SecondLook.Replay.Replacement.Settings;

namespace SecondLook.Replay.Replacement;

/// <summary>Error numbers that reclaim commands return, negative as in the kernel.</summary>
public static class Errno
{
    /// <summary>Invalid argument.</summary>
    public const int EINVAL = -22;

    /// <summary>Nothing could be reclaimed.</summary>
    public const int EAGAIN = -11;

    /// <summary>Result out of range.</summary>
    public const int ERANGE = -34;

    /// <summary>Another walker won.</summary>
    public const int EEXIST = -17;

    /// <summary>No room under a limit: the OOM killer runs.</summary>
    public const int ENOMEM = -12;

    /// <summary>Name of an error number.</summary>
    /// <param name="errno">One of the above, or 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is none of them.</exception>
    public static string NameOf(int errno) => errno switch
    {
        0 => "0",
        EINVAL => nameof(EINVAL),
        EAGAIN => nameof(EAGAIN),
        ERANGE => nameof(ERANGE),
        EEXIST => nameof(EEXIST),
        ENOMEM => nameof(ENOMEM),
        _ => throw new ArgumentOutOfRangeException(nameof(errno)),
    };
}

/// <content>Commands: debugfs, memory.reclaim, charges.</content>
public sealed partial class ReclaimModel
{
    private const int ReclaimRetries = 16;

    /// <summary>debugfs <c>+</c>: one aging pass.</summary>
    /// <param name="memcg">The cgroup.</param>
    /// <param name="seq">Sequence named; -1 for the current youngest.</param>
    /// <param name="swappiness">0 to 200, <see cref="AnonOnly"/>, or -1 for the memcg's effective one.</param>
    /// <param name="force">force_scan.</param>
    /// <returns>0 or a negative error number.</returns>
    public int Age(Memcg memcg, long seq, int swappiness, bool force)
    {
        Mglru.MglruLruvec lruvec = memcg.Generations!;
        var sc = new ScanControl { Target = memcg, HasWalk = true };
        int effective = swappiness >= 0 ? swappiness : Mglru!.EffectiveSwappiness(memcg, sc);
        if (effective > AnonOnly || (effective == AnonOnly && !Switches.IsNew))
        {
            return Errno.EINVAL;
        }
        if (seq > lruvec.MaxSeq)
        {
            return Errno.EINVAL;
        }
        if (seq >= 0 && seq < lruvec.MaxSeq && Switches.DebugfsStalePlus == StalePlus.Ignore)
        {
            return 0;
        }
        if (!Switches.IsNew && !force && lruvec.Gens(effective != 0 ? 0 : 1) >= lruvec.MostGens)
        {
            return Errno.ERANGE;
        }
        bool done = Mglru!.TryIncMaxSeq(lruvec, effective, force, sc);
        return done || !Switches.IsNew ? 0 : Errno.EEXIST;
    }

    /// <summary>debugfs <c>-</c>: evicts generations up to a sequence.</summary>
    /// <param name="memcg">The cgroup.</param>
    /// <param name="seq">Last sequence to evict; -1 for the oldest.</param>
    /// <param name="swappiness">0 to 200, <see cref="AnonOnly"/>, or -1 for the memcg's effective one.</param>
    /// <param name="nrToReclaim">Pages to free at most, checked between batches.</param>
    /// <param name="unmapLimit">Stops as soon as this many pages were unmapped (calibration by volume).</param>
    /// <returns>0 or a negative error number.</returns>
    public int Evict(Memcg memcg, long seq, int swappiness, long nrToReclaim = long.MaxValue, long unmapLimit = long.MaxValue)
    {
        Mglru.MglruLruvec lruvec = memcg.Generations!;
        var sc = new ScanControl { Target = memcg, HasWalk = true, Priority = 0, NrToReclaim = nrToReclaim };
        int effective = swappiness >= 0 ? swappiness : Mglru!.EffectiveSwappiness(memcg, sc);
        if (effective > AnonOnly || (effective == AnonOnly && !Switches.IsNew))
        {
            return Errno.EINVAL;
        }
        if (seq < 0)
        {
            seq = OldestSeq(lruvec, effective);
        }
        if (seq + 2 > lruvec.MaxSeq)
        {
            return Errno.EINVAL;
        }
        if (unmapLimit < long.MaxValue)
        {
            UnmapLimit = Counters.PgUnmap + unmapLimit;
        }
        Flusher.Expire();
        Plug();
        while (seq >= OldestSeq(lruvec, effective) && sc.NrReclaimed < nrToReclaim && Counters.PgUnmap < UnmapLimit)
        {
            long moved = Moved(memcg);
            if (Mglru!.EvictFolios(lruvec, nrToReclaim - sc.NrReclaimed, sc, effective) == 0)
            {
                break;
            }
            if (moved == Moved(memcg))
            {
                // All that is left waits in the batches of other CPUs: the command spins until they are drained.
                DrainBatches();
            }
        }
        Unplug();
        if (unmapLimit < long.MaxValue)
        {
            UnmapLimit = long.MaxValue;
        }
        Flusher.Finish();
        return 0;
    }

    private static long Moved(Memcg memcg) => memcg.Counters.PgScan[0] + memcg.Counters.PgScan[1] + memcg.Counters.PgRefill;

    /// <summary>One eviction batch.</summary>
    /// <param name="memcg">The cgroup.</param>
    /// <param name="swappiness">0 to 200 or <see cref="AnonOnly"/>.</param>
    /// <param name="nr">Folios to scan, where the profile limits batches by their target.</param>
    /// <returns>The batch's own figure: 0 says stop.</returns>
    public long EvictBatch(Memcg memcg, int swappiness, long nr = long.MaxValue)
    {
        var sc = new ScanControl { Target = memcg, HasWalk = true, Priority = 0, NrToReclaim = nr };
        Plug();
        long result = Mglru!.EvictFolios(memcg.Generations!, nr, sc, swappiness);
        Unplug();
        return result;
    }

    /// <summary>memory.reclaim.</summary>
    /// <param name="memcg">The cgroup written to; the root makes it root reclaim.</param>
    /// <param name="pages">Pages asked for.</param>
    /// <param name="swappiness">Argument of the write, 0 to 200 from 6.12 on, <see cref="AnonOnly"/> from 6.14 on; -1 for none.</param>
    /// <returns>0, <see cref="Errno.EAGAIN"/> when nothing more can be had, <see cref="Errno.EINVAL"/> for an argument that the kernel does not take.</returns>
    public int ReclaimMemcg(Memcg memcg, long pages, int swappiness = -1)
    {
        bool noArgument = Switches.Profile is "p61" or "p66";
        if (swappiness >= 0 && (noArgument || swappiness > (Switches.IsNew ? AnonOnly : AnonOnly - 1)))
        {
            return Errno.EINVAL;
        }
        long reclaimed = 0;
        int retries = ReclaimRetries;
        while (reclaimed < pages && Counters.PgUnmap < UnmapLimit)
        {
            long left = pages - reclaimed;
            if (retries == 0)
            {
                DrainBatches();
            }
            long got = TryToFree(memcg, Share(left), ReclaimCaller.Proactive, swappiness);
            if (got == 0 && retries-- == 0)
            {
                Flusher.EndCommand();
                return Errno.EAGAIN;
            }
            reclaimed += got;
        }
        Flusher.EndCommand();
        return 0;
    }

    /// <summary>What one call of a proactive request asks for.</summary>
    private long Share(long left) => Switches.ProactiveSplit switch
    {
        ProactiveSplit.Quarter => left / 4,
        ProactiveSplit.QuarterUp => (left + 3) / 4,
        _ => left,
    };

    /// <summary>Lets every write that is under way end.</summary>
    public void Settle() => Swap.Settle();

    /// <summary>Brings memcg statistics up to date, as reading memory.stat does.</summary>
    public void FlushStats() => Policy.FlushStats();

    /// <summary>
    /// Takes over the sizes of the file lists that the kernel printed as it flushed its statistics: of the folios that wait in insertion
    /// batches, as many as the kernel's lists held enter them.
    /// </summary>
    /// <param name="memcg">The cgroup.</param>
    /// <param name="inactive">Inactive file pages printed.</param>
    /// <param name="active">Active file pages printed.</param>
    public void KnowFileSizes(Memcg memcg, long inactive, long active)
    {
        if (memcg.Lists is { } lists)
        {
            _batches.DrainFiles(inactive + active - lists.Pages(1, active: false) - lists.Pages(1, active: true));
        }
        Policy.FlushStats();
        Policy.KnowFileSizes(memcg, inactive, active);
    }

    internal static bool BelowMin(Memcg? target, Memcg memcg) => target != memcg && memcg.MinPages > 0 && memcg.Usage <= memcg.MinPages;

    internal static bool BelowLow(Memcg? target, Memcg memcg) => target != memcg && memcg.LowPages > 0 && memcg.Usage <= memcg.LowPages;

    /// <summary>Size after the protection of memory.min and memory.low.</summary>
    internal static long ApplyProtection(Memcg? target, Memcg memcg, long size)
    {
        long protection = Math.Max(memcg.MinPages, memcg.LowPages);
        if (target == memcg || protection == 0)
        {
            return size;
        }
        long usage = Math.Max(memcg.Usage, protection);
        return Math.Max(SwapClusterMax, size - (long)((Int128)size * protection / (usage + 1)));
    }

    /// <summary>Starts gathering swap writes.</summary>
    internal void Plug() => Swap.Plug();

    /// <summary>Issues what was gathered; late, if the next batch comes before the writes end.</summary>
    internal void Unplug(bool late = false) => Swap.Unplug(late);

    private static long OldestSeq(Mglru.MglruLruvec lruvec, int swappiness, bool isNew) => isNew
        ? Replacement.Mglru.MglruPolicy.EvictableMinSeq(lruvec, swappiness)
        : lruvec.MinSeq(swappiness != 0 ? 0 : 1);

    private long OldestSeq(Mglru.MglruLruvec lruvec, int swappiness) => OldestSeq(lruvec, swappiness, Switches.IsNew);

    /// <summary>One reclaim request with falling priority.</summary>
    /// <returns>Pages freed.</returns>
    internal long TryToFree(Memcg target, long pages, ReclaimCaller caller, int swappiness)
    {
        var sc = new ScanControl
        {
            Target = target.Parent is null ? null : target,
            NrToReclaim = Math.Max(pages, SwapClusterMax),
            Caller = caller,
            Swappiness = swappiness,
        };
        Flusher.Advance();
        Flusher.Expire();
        while (true)
        {
            for (sc.Priority = DefaultPriority; sc.Priority >= 0; sc.Priority--)
            {
                Policy.PrepareScan(sc);
                ShrinkSubtree(target, sc);
                if (sc.NrReclaimed >= sc.NrToReclaim || Counters.PgUnmap >= UnmapLimit)
                {
                    break;
                }
            }
            Policy.FinishScan(sc);
            if (sc.NrReclaimed > 0 || !sc.SkippedDeactivate || sc.ForceDeactivate)
            {
                if (caller != ReclaimCaller.Proactive)
                {
                    // A direct reclaimer goes back to work of its own, which takes longer than the disk.
                    Swap.Settle();
                }
                return sc.NrReclaimed;
            }
            sc.ForceDeactivate = true;
            sc.SkippedDeactivate = false;
        }
    }

    private void ShrinkSubtree(Memcg memcg, ScanControl sc)
    {
        Policy.ShrinkLruvec(memcg, sc);
        foreach (Memcg child in memcg.Children)
        {
            ShrinkSubtree(child, sc);
        }
    }
}
