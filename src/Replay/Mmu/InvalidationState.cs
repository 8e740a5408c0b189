using SecondLook.Contracts.Addresses;

namespace SecondLook.Replay.Mmu;

/// <summary>Open invalidations of a VM, and whether a fault that began before them must be repeated.</summary>
/// <remarks>
/// Models: <c>mmu_invalidate_seq</c>, <c>mmu_invalidate_in_progress</c> and the range beside them, virt/kvm/kvm_main.c, 6.1 to 7.2.
/// Omits: memory barriers.
/// </remarks>
public sealed class InvalidationState
{
    private ulong _start;
    private ulong _end;

    /// <summary>Count of ended invalidations; a fault compares it with what it read at its begin.</summary>
    public long Sequence { get; private set; }

    /// <summary>Invalidations that touched memslots and have not ended.</summary>
    public int InProgress { get; private set; }

    /// <summary>Open invalidations of the process, whether or not they touched memslots; memslot layouts are not swapped meanwhile.</summary>
    public int ActiveCount { get; private set; }

    /// <summary>Hull of the guest frames of open invalidations; only grows until the last one ends.</summary>
    public GfnRange Range => new(new Gfn(_start), new Gfn(_end));

    /// <summary>An invalidation begins; memslots may or may not lie in its range.</summary>
    public void BeginActive() => ActiveCount++;

    /// <summary>Guest frames of the invalidation.</summary>
    /// <param name="first">First range of this invalidation.</param>
    /// <param name="gfns">Guest frames to be zapped.</param>
    public void Begin(bool first, GfnRange gfns)
    {
        if (first && InProgress++ == 0)
        {
            (_start, _end) = (gfns.Start.Value, gfns.End.Value);
            return;
        }
        _start = Math.Min(_start, gfns.Start.Value);
        _end = Math.Max(_end, gfns.End.Value);
    }

    /// <summary>An invalidation ends.</summary>
    /// <param name="touchedSlots">It had touched memslots.</param>
    public void End(bool touchedSlots)
    {
        if (touchedSlots)
        {
            Sequence++;
            InProgress--;
        }
        ActiveCount--;
    }

    /// <summary>Sets the state as a hand-written case gives it.</summary>
    public void Restore(long sequence, int inProgress, GfnRange range)
    {
        Sequence = sequence;
        InProgress = inProgress;
        ActiveCount = inProgress;
        (_start, _end) = (range.Start.Value, range.End.Value);
    }

    /// <summary>Whether a fault must be repeated.</summary>
    /// <param name="arch">x86 looks at guest frames; arm64 repeats for any open invalidation of the VM.</param>
    /// <param name="seenSequence"><see cref="Sequence"/> at the begin of the fault.</param>
    /// <param name="gfn">Faulting frame.</param>
    public bool MustRetry(KvmArch arch, long seenSequence, Gfn gfn) => arch == KvmArch.Arm64
        ? InProgress > 0 || seenSequence != Sequence
        : (InProgress > 0 && Range.Contains(gfn)) || seenSequence != Sequence;
}
