using System.Numerics;
using SecondLook.Contracts.Addresses;
using SecondLook.Replay.Memory;

namespace SecondLook.Replay.Mmu;

/// <summary>
/// What the host's memory management calls: fan-out over all VMs of a process, with the counts of what each call cost. Young questions come
/// in two forms: a host range asked as one call, and a word of 64 consecutive pages asked as one call per page.
/// </summary>
/// <remarks>
/// <code>
/// var primary = new PrimaryMmu();
/// var vm = new KvmVm(new KvmConfig(), primary);
/// vm.SlotsOf(0).TryAdd(new Memslot(0, 1, new Gfn(0), pages: 1024, new Hva(0x7f0000000000)));
/// var notifier = new MmuNotifier(AgingPolicies.Get("mainline_6_15").Kvm);
/// notifier.Register(vm);
/// TouchResult r = notifier.Touch(vm, vcpu: 0, new Gfn(5), write: true);      // NotInPrimary: map the host page first, then repeat
/// bool young = notifier.ClearYoung(range, NotifierCaller.AgingWalk);         // one call
/// ulong word = notifier.ClearYoungWord(hvaPage, asked, NotifierCaller.AgingWalk);   // up to 64 calls
/// long calls = notifier.Costs.Sum(NotifierHook.ClearYoung, CostKind.Calls);
/// </code>
/// Models: mm/mmu_notifier.c and the hooks of virt/kvm/kvm_main.c.
/// Omits: sleeping and interval notifiers; waiting for locks.
/// </remarks>
public sealed partial class MmuNotifier
{
    private readonly List<KvmVm> _vms = [];
    private readonly List<KvmAging> _aging = [];

    /// <summary>Creates a notifier without subscribers.</summary>
    /// <param name="rules">KVM's side of the policy in force.</param>
    public MmuNotifier(KvmRules rules)
    {
        Rules = rules;
    }

    /// <summary>KVM's side of the policy in force.</summary>
    public KvmRules Rules { get; }

    /// <summary>What all calls cost so far.</summary>
    public NotifierCosts Costs { get; } = new();

    /// <summary>When set, receives the events that the modelled kernel would trace; slow.</summary>
    public NotifierTrace? Trace { get; private set; }

    /// <summary>Subscribers that are no VMs: they make <see cref="HasNotifiers"/> true and answer no age question.</summary>
    public int OtherSubscribers { get; set; }

    /// <summary>VMs in order of registration.</summary>
    public IReadOnlyList<KvmVm> Vms => _vms;

    /// <summary>Whether anything is registered, whether or not it answers age questions.</summary>
    public bool HasNotifiers => _vms.Count + OtherSubscribers > 0;

    /// <summary>Whether some subscriber claims fast aging.</summary>
    public bool HasFastYoung
    {
        get
        {
            foreach (KvmVm vm in _vms)
            {
                if (vm.HasFastAging(Rules))
                {
                    return true;
                }
            }
            return false;
        }
    }

    /// <summary>Whether some VM's architecture has the fast path that a capability question of a proposal asks for.</summary>
    public bool FastArchCapable
    {
        get
        {
            foreach (KvmVm vm in _vms)
            {
                if (vm.Config.Arch == KvmArch.X86 ? vm.Config is { TdpMmuEnabled: true, AdBits: true } : Rules.Stage2Fast != LockClass.None && vm.Config.AdBits)
                {
                    return true;
                }
            }
            return false;
        }
    }

    /// <summary>Adds a VM.</summary>
    public void Register(KvmVm vm)
    {
        _vms.Add(vm);
        _aging.Add(new KvmAging(vm, Rules, Costs));
        AttachTrace(vm);
    }

    /// <summary>Starts recording events; all VMs, present and future.</summary>
    public void Record(NotifierTrace trace)
    {
        Trace = trace;
        foreach (KvmVm vm in _vms)
        {
            AttachTrace(vm);
        }
    }

    /// <summary>Ages a host range as one call and clears it everywhere.</summary>
    /// <returns>Whether anything was young.</returns>
    public bool ClearYoung(HvaRange range, NotifierCaller caller) =>
        AskRange(range, AgeKind.Clear, NotifierHook.ClearYoung, caller).Young != 0;

    /// <summary>As <see cref="ClearYoung"/>, then flushes the TLBs of VMs that were young, unless the policy elides it.</summary>
    public bool ClearFlushYoung(HvaRange range, NotifierCaller caller) =>
        AskRange(range, AgeKind.Clear, NotifierHook.ClearFlushYoung, caller).Young != 0;

    /// <summary>Asks whether the page at an address is young; changes nothing.</summary>
    public bool TestYoung(Hva address, NotifierCaller caller) =>
        AskRange(new HvaRange(address, new Hva(address.Value + 1)), AgeKind.Test, NotifierHook.TestYoung, caller).Young != 0;

    /// <summary>Asks the extra hook of a proposal for a range.</summary>
    public AgeAnswer FastYoung(HvaRange range, bool clear, NotifierCaller caller) =>
        AskRange(range, clear ? AgeKind.FastClear : AgeKind.FastTest, clear ? NotifierHook.FastClearYoung : NotifierHook.FastTestYoung, caller);

    /// <summary>The full answer of a clear, with the flags that some series return.</summary>
    public AgeAnswer ClearYoungAnswer(HvaRange range, bool flush, NotifierCaller caller) =>
        AskRange(range, AgeKind.Clear, flush ? NotifierHook.ClearFlushYoung : NotifierHook.ClearYoung, caller);

    /// <summary>Ages up to 64 consecutive host pages, one call each, and clears them everywhere.</summary>
    /// <param name="hvaPage">Host page (address divided by 4096) of bit 0.</param>
    /// <param name="asked">Bit i set: page i is asked.</param>
    /// <param name="caller">Who asks.</param>
    /// <returns>Bit i set: page i was asked and young.</returns>
    public ulong ClearYoungWord(ulong hvaPage, ulong asked, NotifierCaller caller) =>
        AskWord(hvaPage, asked, AgeKind.Clear, NotifierHook.ClearYoung, caller, oneCall: false).Young;

    /// <summary>Tests up to 64 consecutive host pages, one call each.</summary>
    /// <inheritdoc cref="ClearYoungWord"/>
    public ulong TestYoungWord(ulong hvaPage, ulong asked, NotifierCaller caller) =>
        AskWord(hvaPage, asked, AgeKind.Test, NotifierHook.TestYoung, caller, oneCall: false).Young;

    /// <summary>Asks the extra hook of a proposal for up to 64 pages.</summary>
    /// <param name="hvaPage">Host page of bit 0.</param>
    /// <param name="asked">Bit i set: page i is asked.</param>
    /// <param name="clear">Clear, or test.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="oneCall">One call with a bitmap instead of a call per page.</param>
    public AgeAnswer FastYoungWord(ulong hvaPage, ulong asked, bool clear, NotifierCaller caller, bool oneCall) => AskWord(
        hvaPage, asked, clear ? AgeKind.FastClear : AgeKind.FastTest, clear ? NotifierHook.FastClearYoung : NotifierHook.FastTestYoung, caller, oneCall);

    /// <summary>Checks every VM for contradictions.</summary>
    /// <returns>What is wrong, or null.</returns>
    public string? FindBrokenInvariant()
    {
        foreach (KvmVm vm in _vms)
        {
            if (vm.FindBrokenInvariant() is { } broken)
            {
                return broken;
            }
        }
        return null;
    }

    private void AttachTrace(KvmVm vm)
    {
        if (Trace is not null && vm.Tdp is not null)
        {
            vm.Tdp.Trace = Trace;
        }
    }

    private AgeAnswer AskRange(HvaRange range, AgeKind kind, NotifierHook hook, NotifierCaller caller)
    {
        var fanOut = new FanOut(FanOut.RuleFor(kind, Rules), 1);
        for (int i = 0; i < _vms.Count && fanOut.Remaining != 0; i++)
        {
            Costs.Begin(hook, caller);
            if (IsFast(kind) && SkipsFast(_vms[i]))
            {
                continue;
            }
            TraceHook(range, kind);
            Costs.Charge(CostKind.Calls, 1);
            List<SlotGfns> parts = _vms[i].PartsOf(range);
            if (parts.Count == 0)
            {
                Costs.Charge(CostKind.CallsOutsideSlots, 1);
            }
            else if (!IsFast(kind) && Rules.OneWriteSection && (hook == NotifierHook.ClearFlushYoung || !UsesBitmapPath(i)))
            {
                Costs.Section(LockClass.Write, 1);
            }
            AgeAnswer answer = default;
            foreach (SlotGfns part in parts)
            {
                answer = Merge(answer, AskPart(i, new AgeQuery(part.Slot, part.Gfns, 1, IsRange: true, OneCall: false), kind, hook));
            }
            FlushIfDue(_vms[i], hook, answer.Young);
            fanOut.Add(answer);
        }
        return fanOut.Result;
    }

    private AgeAnswer AskWord(ulong hvaPage, ulong asked, AgeKind kind, NotifierHook hook, NotifierCaller caller, bool oneCall)
    {
        if (asked == 0)
        {
            return default;
        }
        if (Trace is not null)
        {
            return AskWordTraced(hvaPage, asked, kind, hook, caller);
        }
        var fanOut = new FanOut(FanOut.RuleFor(kind, Rules), asked);
        for (int i = 0; i < _vms.Count && fanOut.Remaining != 0; i++)
        {
            Costs.Begin(hook, caller);
            if (IsFast(kind) && SkipsFast(_vms[i]))
            {
                continue;
            }
            fanOut.Add(AskVmWord(i, hvaPage, fanOut.Remaining, kind, oneCall));
        }
        return fanOut.Result;
    }

    private AgeAnswer AskVmWord(int vm, ulong hvaPage, ulong asked, AgeKind kind, bool oneCall)
    {
        long calls = oneCall ? 1 : BitOperations.PopCount(asked);
        Costs.Charge(CostKind.Calls, calls);
        AgeAnswer answer = default;
        ulong inSlots = 0;
        bool oneSection = !IsFast(kind) && Rules.OneWriteSection && !UsesBitmapPath(vm);
        for (int addressSpace = 0; addressSpace < _vms[vm].Config.AddressSpaces; addressSpace++)
        {
            MemslotTable slots = _vms[vm].SlotsOf(addressSpace);
            int cursor = slots.FirstReaching(hvaPage);
            while (slots.TryNext(ref cursor, hvaPage, hvaPage + 64, out Memslot slot))
            {
                // Bit 0 stays at hvaPage: frames before the slot's first are masked out and never looked up.
                int skip = slot.HvaPage > hvaPage ? (int)(slot.HvaPage - hvaPage) : 0;
                ulong inside = EntryBits.Low((int)Math.Min(64, slot.HvaPage + slot.Pages - hvaPage)) & ~EntryBits.Low(skip);
                ulong mask = (asked & inside) >> skip;
                if (mask == 0)
                {
                    continue;
                }
                inSlots |= mask << skip;
                ulong gfn = slot.BaseGfn.Value + (hvaPage + (ulong)skip - slot.HvaPage);
                AgeAnswer part = AskPart(vm, new AgeQuery(slot, new GfnRange(new Gfn(gfn), new Gfn(gfn + 64)), mask, IsRange: false, oneCall), kind, NotifierHook.ClearYoung);
                answer = Merge(answer, new AgeAnswer(part.Young << skip, part.Fast << skip, part.Failed));
            }
        }
        long answered = oneCall ? (inSlots != 0 ? 1 : 0) : BitOperations.PopCount(inSlots);
        Costs.Charge(CostKind.CallsOutsideSlots, calls - answered);
        Costs.Section(oneSection ? LockClass.Write : LockClass.None, answered);
        return answer;
    }

    // With a trace the order of events matters: one call per page, in order of address.
    private AgeAnswer AskWordTraced(ulong hvaPage, ulong asked, AgeKind kind, NotifierHook hook, NotifierCaller caller)
    {
        AgeAnswer all = default;
        for (ulong left = asked; left != 0; left &= left - 1)
        {
            int i = BitOperations.TrailingZeroCount(left);
            var start = new Hva((hvaPage + (ulong)i) << PageSize.Shift);
            AgeAnswer one = AskRange(new HvaRange(start, new Hva(start.Value + (kind == AgeKind.Test ? 1UL : PageSize.Bytes))), kind, hook, caller);
            all = new AgeAnswer(all.Young | (one.Young << i), all.Fast | (one.Fast << i), all.Failed | one.Failed);
        }
        return all;
    }

    private AgeAnswer AskPart(int vm, in AgeQuery query, AgeKind kind, NotifierHook hook) => IsFast(kind)
        ? _aging[vm].AskFast(query, kind == AgeKind.FastClear)
        : _aging[vm].Ask(query, kind == AgeKind.Clear, flushing: hook == NotifierHook.ClearFlushYoung);

    private static AgeAnswer Merge(AgeAnswer a, AgeAnswer b) => new(a.Young | b.Young, a.Fast | b.Fast, a.Failed | b.Failed);

    private static bool IsFast(AgeKind kind) => kind is AgeKind.FastTest or AgeKind.FastClear;

    private bool SkipsFast(KvmVm vm) => Rules.Fast == FastHook.None || (Rules.Fast is FastHook.Flag or FastHook.TryLock && !vm.HasFastAging(Rules));

    private bool UsesBitmapPath(int vm) => Rules.Fast is FastHook.BitmapOrBail or FastHook.BitmapFlagged && _aging[vm].BitmapCapable;

    private void FlushIfDue(KvmVm vm, NotifierHook hook, ulong young)
    {
        bool elided = Rules.FlushElideX86 && vm.Config.Arch == KvmArch.X86;
        if (hook == NotifierHook.ClearFlushYoung && young != 0 && !elided)
        {
            Flush(vm);
        }
    }

    private void Flush(KvmVm vm)
    {
        vm.Tlb?.Flush();
        Costs.Charge(CostKind.Flushes, 1);
        Costs.Charge(CostKind.Ipis, vm.VcpusInGuest);
    }

    private void TraceHook(HvaRange range, AgeKind kind)
    {
        if (Trace is null)
        {
            return;
        }
        bool fast = IsFast(kind);
        if (fast && Rules.Fast == FastHook.FailingHook)
        {
            Trace.Add(EmittedKind.FastTestAgeHva, range.Start.Value, range.End.Value, kind == AgeKind.FastClear ? 1UL : 0);
        }
        else if (kind is AgeKind.Test or AgeKind.FastTest && Rules.Fast != FastHook.BitmapOrBail)
        {
            Trace.Add(EmittedKind.TestAgeHva, range.Start.Value, range.End.Value, fast ? 1UL : 0);
        }
        else
        {
            Trace.Add(EmittedKind.AgeHva, range.Start.Value, range.End.Value, fast ? 1UL : 0);
        }
    }
}
