using SecondLook.Contracts.Addresses;
using SecondLook.Replay.Memory;
using SecondLook.Replay.Mmu;
using SecondLook.Replay.Replacement;

namespace SecondLook.Replay.Hosts;

// Memslots that come and go, nested guests, cached translations: what most captures do not have.
public sealed partial class HostModel
{
    private readonly Dictionary<int, Memslot> _otherSlots = [];
    private MemslotTimeline? _timeline;

    /// <summary>Guest accesses that found no memslot, or one that is being deleted: contradictory input, since the capture says they were made.</summary>
    public long AccessesOutsideSlots { get; private set; }

    /// <summary>Makes memslots come and go as recorded: those that appear later are taken out until then, those that hold no data are added.</summary>
    /// <param name="timeline">All memslots.</param>
    /// <param name="beginNs">First instant of the replay.</param>
    public void FollowSlots(MemslotTimeline timeline, long beginNs)
    {
        _timeline = timeline;
        for (int i = 0; i < _memslots.Length; i++)
        {
            bool known = false;
            bool live = false;
            foreach (MemslotSpan span in timeline.Spans)
            {
                known |= IsOf(span, i);
                live |= IsOf(span, i) && (span.FromNs == long.MinValue || span.FromNs <= beginNs);
            }
            if (known && !live)
            {
                _processOfSlot[i].Vm.SlotsOf(0).Remove(_memslots[i]);
            }
        }
        for (int s = 0; s < timeline.Spans.Count; s++)
        {
            MemslotSpan span = timeline.Spans[s];
            if (span.FromNs == long.MinValue && DataSlotOf(span) < 0 && ProcessOfVm(span.Vm) is HostProcess process)
            {
                _otherSlots[s] = Other(s, span);
                process.Vm.SlotsOf(0).TryAdd(_otherSlots[s]);
            }
        }
    }

    /// <summary>A memslot appears or goes, with all that KVM does about it.</summary>
    /// <param name="change">The change, of the timeline given to <see cref="FollowSlots"/>.</param>
    public void Apply(in SlotChange change)
    {
        MemslotSpan span = _timeline!.Spans[change.Span];
        if (span.AddressSpace != 0 || ProcessOfVm(span.Vm) is not HostProcess process)
        {
            return;
        }
        int data = DataSlotOf(span);
        if (data >= 0 && change.Created)
        {
            CreateDataSlot(data);
        }
        else if (data >= 0)
        {
            DeleteDataSlot(data);
        }
        else if (change.Created)
        {
            _otherSlots[change.Span] = Other(change.Span, span);
            process.Notifier.CreateSlot(process.Vm, _otherSlots[change.Span]);
        }
        else if (_otherSlots.Remove(change.Span, out Memslot? slot))
        {
            Delete(process, slot);
        }
    }

    /// <summary>The VMM deletes a slot of guest data; its memory stays mapped in the VMM.</summary>
    /// <param name="slot">Index into the slots of the guest's pages.</param>
    public void DeleteDataSlot(int slot) => Delete(_processOfSlot[slot], _memslots[slot]);

    /// <summary>The VMM creates a slot of guest data again, where it was.</summary>
    /// <param name="slot">Index into the slots of the guest's pages.</param>
    public void CreateDataSlot(int slot)
    {
        // A slot that was there is another object once it is back: the old one stays marked invalid.
        Memslot old = _memslots[slot];
        Memslot fresh = new(0, old.Id, old.BaseGfn, old.Pages, old.Hva);
        if (_processOfSlot[slot].Notifier.CreateSlot(_processOfSlot[slot].Vm, fresh) == MemslotResult.Done)
        {
            _memslots[slot] = fresh;
        }
    }

    /// <summary>The guest uses a frame that no memslot holds.</summary>
    /// <param name="vm">Name of the VM; the first one when there is none of that name.</param>
    /// <param name="gfn">Guest frame.</param>
    public void MmioAccess(string vm, Gfn gfn)
    {
        HostProcess process = ProcessOfVm(vm) ?? Processes[0];
        if (process.Vm.SlotsOf(0).Find(gfn) is null)
        {
            process.Notifier.Touch(process.Vm, 0, gfn, write: false);
        }
    }

    private static void Delete(HostProcess process, Memslot slot)
    {
        if (process.Notifier.DeleteSlot(process.Vm, slot, process.Vm.Config.SlotDeletion) == MemslotResult.Done)
        {
            // The caller of the ioctl does the deferred part before it returns.
            process.Notifier.FinishZaps(process.Vm);
        }
    }

    private bool SlowGuestAccess(HostProcess process, int modelPage, Gfn gfn, bool write, int cpu, int vcpu, bool nested)
    {
        TouchResult result = Use(process, gfn, write, vcpu, nested);
        if (result is TouchResult.Hit or TouchResult.FastFix)
        {
            if (write)
            {
                Reclaim.MarkDirty(modelPage);
            }
            return true;
        }
        if (Reclaim.Fault(modelPage, guest: true, write, cpu) == FaultKind.OutOfMemory)
        {
            return false;
        }
        Settle(result == TouchResult.Mapped ? result : Use(process, gfn, write, vcpu, nested), gfn);
        return true;
    }

    // An L2's frame is taken to be the L1 frame behind it: which one it is decides nothing here, its shadow pages are its own.
    private static TouchResult Use(HostProcess process, Gfn gfn, bool write, int vcpu, bool nested) => nested
        ? process.Notifier.TouchNested(process.Vm, process.NestedContext, gfn.Value, gfn, write)
        : process.Notifier.Touch(process.Vm, vcpu, gfn, write);

    private void Settle(TouchResult result, Gfn gfn)
    {
        if (result is TouchResult.Mapped or TouchResult.Hit or TouchResult.FastFix)
        {
            return;
        }
        AccessesOutsideSlots += result is TouchResult.Mmio or TouchResult.Retry
            ? 1
            : throw new InvalidOperationException($"guest access of frame {gfn.Value:x} ended as {result}");
    }

    private HostProcess? ProcessOfVm(string vm)
    {
        foreach (HostProcess process in Processes)
        {
            if (string.Equals(process.Name, vm, StringComparison.Ordinal))
            {
                return process;
            }
        }
        return null;
    }

    private bool IsOf(in MemslotSpan span, int slot)
    {
        ref readonly SlotPages pages = ref _guest.Slots[slot];
        return string.Equals(span.Vm, pages.Vm, StringComparison.Ordinal) && span.Slot == pages.Slot && span.AddressSpace == 0
            && span.Gfn >= pages.Gfn && span.EndGfn <= pages.Gfn + (ulong)pages.Npages;
    }

    private int DataSlotOf(in MemslotSpan span)
    {
        for (int i = 0; i < _memslots.Length; i++)
        {
            if (IsOf(span, i))
            {
                return i;
            }
        }
        return -1;
    }

    // Numbers of slots without data begin behind those of the data slots and of the private memory of a calibration.
    private Memslot Other(int index, in MemslotSpan span) =>
        new(0, _memslots.Length + 1 + index, new Gfn(span.Gfn), (ulong)span.Npages, new Hva(span.Hva & ~0xfffUL));
}
