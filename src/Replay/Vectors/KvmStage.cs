using SecondLook.Contracts.Addresses;
using SecondLook.Replay.Aging;
using SecondLook.Replay.Memory;
using SecondLook.Replay.Mmu;

namespace SecondLook.Replay.Vectors;

/// <summary>A host process with one VM in a hand-written state, and the operations of the little language on it.</summary>
/// <remarks>
/// Models: what section 6 of the KVM specification calls state and ops; all pages are 4 KiB and PTE-mapped.
/// Omits: neighbours of the pages named.
/// </remarks>
internal sealed class KvmStage
{
    private const ulong HvaPage = 0x7f0000000;
    private const ulong BaseGfn = 0x40000;
    private const ulong SlotPages = 512;

    private readonly List<string> _pages = [];
    private readonly Dictionary<(string Page, int Index), ShadowContext> _contexts = [];
    private readonly PrimaryMmu _primary = new();
    private readonly MmuNotifier _notifier;
    private readonly KvmVm _vm;
    private readonly MmAging _mm;
    private int _nestedStage2;

    /// <summary>Builds the state.</summary>
    /// <param name="policy">Knobs of the policy.</param>
    /// <param name="context">The <c>ctx</c> mapping without its policy.</param>
    /// <param name="state">The <c>state</c> mapping.</param>
    public KvmStage(AgingKnobs policy, KvmVectorNode? context, KvmVectorNode state)
    {
        bool arm64 = (context?.Text("arch") ?? "x86") switch
        {
            "x86" => false,
            "arm64" => true,
            string other => throw state.Bad($"unknown arch '{other}'"),
        };
        KvmVectorNode? primary = state.Mapping("P");
        KvmVectorNode? tables = arm64 ? state.Mapping("s2") : state.Mapping("tdp");
        KvmVectorNode? shadow = state.Mapping("shadow");
        state.RejectOthers();
        bool adBits = !AnyWithoutAdBits(tables);
        _notifier = new MmuNotifier(policy.Kvm);
        _vm = new KvmVm(
            new KvmConfig { Arch = arm64 ? KvmArch.Arm64 : KvmArch.X86, TdpMmuEnabled = context?.Flag("tdp", true) ?? true, AdBits = adBits },
            _primary);
        _vm.SlotsOf(0).TryAdd(new Memslot(0, 1, new Gfn(BaseGfn), SlotPages, new Hva(HvaPage << PageSize.Shift)));
        _primary.Vmas.Add(new Vma(HvaPage, HvaPage + SlotPages));
        _mm = new MmAging(_primary, _notifier, policy) { Cap8 = context?.Flag("cap8", true) ?? true };
        Fill(primary, tables, shadow);
        if (context is null)
        {
            _notifier.Register(_vm);
        }
        else
        {
            ApplyContext(context);
        }
        _notifier.Costs.LockLog = Locks;
    }

    /// <summary>Lock sections of the last operation, in order.</summary>
    public List<LockClass> Locks { get; } = [];

    /// <summary>Pages named so far.</summary>
    public IReadOnlyList<string> Pages => _pages;

    /// <summary>Runs an operation.</summary>
    /// <param name="op">Its name.</param>
    /// <param name="page">Page that it works on; unused by <c>isp</c>.</param>
    /// <param name="value">Argument of <c>isp</c>.</param>
    /// <returns>Its outcome, or null for an unknown name.</returns>
    public KvmOutcome? Run(string op, string page, int value)
    {
        Locks.Clear();
        long flushes = _notifier.Costs.Sum(CostKind.Flushes);
        ulong at = HvaPage + (page.Length > 0 ? IndexOf(page) : 0);
        var bytes = new HvaRange(new Hva(at << PageSize.Shift), new Hva((at + 1) << PageSize.Shift));
        bool lookAround = false;
        string young;
        switch (op)
        {
            case "test":
                young = Bit(_notifier.TestYoung(bytes.Start, NotifierCaller.Damon));
                break;
            case "clear":
                young = Bit(_notifier.ClearYoung(bytes, NotifierCaller.PageIdle));
                break;
            case "clear_flush":
                young = Bit(_notifier.ClearFlushYoung(bytes, NotifierCaller.Eviction));
                break;
            case "fast_clear" or "fast_test":
                AgeAnswer fast = _notifier.FastYoung(bytes, clear: op == "fast_clear", NotifierCaller.AgingWalk);
                young = fast.Failed ? "FAILED" : Bit(fast.Young != 0);
                break;
            case "walk":
                young = Bit(_mm.Walk(at));
                break;
            case "evict":
                EvictAnswer answer = _mm.Evict(at);
                young = Bit(answer.Young);
                lookAround = answer.LookAround;
                break;
            case "l1":
                TouchOwn(page);
                young = "";
                break;
            case "l2":
                TouchNested(page);
                young = "";
                break;
            case "host":
                _primary.Touch(at, write: false);
                young = "";
                break;
            case "zap":
                _notifier.InvalidateRange(bytes);
                young = "";
                break;
            case "isp":
                _vm.Shadow?.IndirectPages = value;
                young = "";
                break;
            default:
                return null;
        }
        return new KvmOutcome(young, lookAround, _notifier.Costs.Sum(CostKind.Flushes) > flushes);
    }

    /// <summary>A page's bits in one kind of tables, as the language writes them; empty list or null when not mapped.</summary>
    /// <param name="tables">P, tdp, s2 or shadow.</param>
    /// <param name="page">The page.</param>
    public List<string> Bits(string tables, string page)
    {
        ulong index = IndexOf(page);
        var bits = new List<string>();
        switch (tables)
        {
            case "P":
                bits.Add(Bit(_primary.IsYoung(HvaPage + index)));
                break;
            case "tdp" when _vm.Tdp is not null:
                AddBit(bits, _vm.Tdp.RootOf(0), BaseGfn + index, _vm.Tdp.AdBits);
                break;
            case "s2" when _vm.Stage2 is not null:
                AddBit(bits, _vm.Stage2.Main, BaseGfn + index, _vm.Stage2.HardwareAf);
                break;
            case "shadow":
                for (int i = 0; _contexts.TryGetValue((page, i), out ShadowContext? context); i++)
                {
                    AddBit(bits, context.Tree, BaseGfn + index, context.AdBits);
                }
                break;
            default:
                break;
        }
        return bits;
    }

    private static string Bit(bool value) => value ? "1" : "0";

    private static void AddBit(List<string> bits, PageTree tree, ulong frame, bool adBits)
    {
        EntryRef at = tree.Find(frame);
        if (at.Table >= 0 && tree.Tables.Has(at.Table, at.Index, EntryPlane.Leaf))
        {
            bool young = tree.Tables.Has(at.Table, at.Index, EntryPlane.Young);
            bits.Add(adBits ? Bit(young) : young ? "yng" : "trk");
        }
    }

    private static bool AnyWithoutAdBits(KvmVectorNode? tables)
    {
        if (tables is not null)
        {
            foreach (string page in tables.Keys)
            {
                if (tables.TextOf(page) is "yng" or "trk")
                {
                    return true;
                }
            }
        }
        return false;
    }

    private ulong IndexOf(string page)
    {
        int index = _pages.IndexOf(page);
        if (index < 0)
        {
            index = _pages.Count;
            _pages.Add(page);
            _primary.Map(HvaPage + (ulong)index, new Pfn(0x1000 + (ulong)index), write: false);
            _primary.TestAndClearYoung(HvaPage + (ulong)index);
        }
        return (ulong)index;
    }

    private void Fill(KvmVectorNode? primary, KvmVectorNode? tables, KvmVectorNode? shadow)
    {
        foreach (string page in primary?.Keys ?? [])
        {
            ulong index = IndexOf(page);
            if (IsYoung(primary!, primary!.TextOf(page)))
            {
                _primary.Touch(HvaPage + index, write: false);
            }
        }
        foreach (string page in tables?.Keys ?? [])
        {
            ulong gfn = BaseGfn + IndexOf(page);
            bool young = IsYoung(tables!, tables!.TextOf(page));
            if (_vm.Stage2 is not null)
            {
                _vm.Stage2.Map(0, gfn, 1, new Pfn(gfn), writable: true);
                if (!young)
                {
                    AgeTally tally = default;
                    _vm.Stage2.AgeWord(_vm.SlotsOf(0).Slots[0], gfn, 1, clear: true, ref tally);
                }
            }
            else
            {
                (_vm.Tdp ?? throw tables.Bad("tdp entries with the TDP MMU off"))
                    .Map(0, gfn, 1, new Pfn(gfn), writable: true, softWritable: true, prefetch: !young);
            }
        }
        foreach (string page in shadow?.Keys ?? [])
        {
            ulong index = IndexOf(page);
            List<string> entries = shadow!.ScalarsOf(shadow.Get(page));
            for (int i = 0; i < entries.Count; i++)
            {
                bool adBits = entries[i] is not ("yng" or "trk");
                ShadowContext context = ContextFor(page, i, adBits);
                _vm.Shadow!.Map(context, BaseGfn + index, BaseGfn + index, 1, writable: true, prefetch: !IsYoung(shadow, entries[i]));
            }
        }
    }

    private static bool IsYoung(KvmVectorNode where, string value) => value switch
    {
        "1" or "yng" => true,
        "0" or "trk" => false,
        _ => throw where.Bad($"'{value}' is no state of an entry"),
    };

    private void ApplyContext(KvmVectorNode context)
    {
        if (_vm.Shadow is { } shadow)
        {
            // The language states these facts by itself, whatever entries the state lists.
            shadow.RootAllocated = context.Flag("rmaps");
            shadow.IndirectPages = (int)context.Number("isp", 0);
        }
        context.Text("policy");
        if (context.Flag("notifiers", true))
        {
            _notifier.Register(_vm);
        }
        context.RejectOthers();
    }

    private ShadowContext ContextFor(string page, int index, bool adBits)
    {
        if (index == 0 && _vm.DirectShadow is { } direct && direct.AdBits == adBits)
        {
            return _contexts[(page, index)] = direct;
        }
        foreach (ShadowContext known in _vm.Shadow!.Contexts)
        {
            bool taken = known == _vm.DirectShadow || known.AdBits != adBits;
            for (int i = 0; i < index; i++)
            {
                taken |= _contexts[(page, i)] == known;
            }
            if (!taken)
            {
                return _contexts[(page, index)] = known;
            }
        }
        return _contexts[(page, index)] = _vm.Shadow.CreateContext(direct: false, adBits);
    }

    private void TouchOwn(string page)
    {
        var gfn = new Gfn(BaseGfn + IndexOf(page));
        _notifier.Touch(_vm, 0, gfn, write: false);
        if (_vm.DirectShadow is { } direct)
        {
            _contexts.TryAdd((page, 0), direct);
        }
    }

    // An L2 uses the first shadow entry that is not the VM's own.
    private void TouchNested(string page)
    {
        var gfn = new Gfn(BaseGfn + IndexOf(page));
        if (_vm.Stage2 is { } stage2)
        {
            _nestedStage2 = _nestedStage2 == 0 ? stage2.CreateNested() : _nestedStage2;
            _notifier.TouchNested(_vm, _nestedStage2, gfn.Value, gfn, write: false);
            return;
        }
        int index = _contexts.ContainsKey((page, 1)) && _contexts[(page, 0)] == _vm.DirectShadow ? 1 : 0;
        if (!_contexts.TryGetValue((page, index), out ShadowContext? context))
        {
            context = ContextFor(page, index, adBits: true);
        }
        _notifier.TouchNested(_vm, context.Id, gfn.Value, gfn, write: false);
    }
}

/// <summary>Outcome of an operation of the little language.</summary>
/// <param name="Young">1, 0 or FAILED; empty for operations without an answer.</param>
/// <param name="LookAround">Neighbours would be asked.</param>
/// <param name="Flush">Guest TLBs were flushed.</param>
/// <remarks>
/// Models: nothing of the kernel.
/// Omits: nothing.
/// </remarks>
internal sealed record KvmOutcome(string Young, bool LookAround, bool Flush);
