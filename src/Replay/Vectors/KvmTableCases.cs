using SecondLook.Contracts.Addresses;
using SecondLook.Replay.Aging;
using SecondLook.Replay.Memory;
using SecondLook.Replay.Mmu;
using YamlDotNet.RepresentationModel;

namespace SecondLook.Replay.Vectors;

/// <summary>Cases that need a VM with entries: bitmaps, huge leafs, aliases, slot deletion.</summary>
/// <remarks>
/// Models: sections 1.3, 1.7, 1.10 and 3.5 of the KVM specification.
/// Omits: nothing.
/// </remarks>
internal static class KvmTableCases
{
    private const ulong HvaPage = 0x7f0000000;

    public static string? Bitmap(KvmVectorNode node)
    {
        List<ulong> ages = node.Numbers("ages") ?? throw node.Bad("key 'ages' is missing");
        var primary = new PrimaryMmu();
        KvmRules rules = AgingPolicies.Get(node.Text("policy") ?? "jh_v3").Kvm;
        var notifier = new MmuNotifier(rules);
        var vm = new KvmVm(new KvmConfig(), primary);
        var slot = new Memslot(0, 1, new Gfn(0), (ulong)ages.Count, new Hva(HvaPage << PageSize.Shift));
        notifier.CreateSlot(vm, slot);
        notifier.Register(vm);
        vm.Shadow!.RootAllocated = node.Flag("unreliable");
        for (int i = 0; i < ages.Count; i++)
        {
            vm.Tdp!.Map(0, (ulong)i, 1, new Pfn((ulong)i), writable: true, softWritable: true, prefetch: ages[i] == 0);
        }
        AgeAnswer test = notifier.FastYoungWord(HvaPage, EntryBits.Low(ages.Count), clear: false, NotifierCaller.AgingWalk, oneCall: true);
        ulong bits = test.Failed ? 0 : YoungBitmap.FromPageOrder(test.Young, ages.Count);
        string? problem = CompareBits("bits", node.Numbers("bits") ?? [], bits);
        ulong keep = bits;
        if (node.Numbers("keep") is { } kept)
        {
            keep = 0;
            foreach (ulong bit in kept)
            {
                keep |= 1UL << (int)bit;
            }
        }
        ulong pages = YoungBitmap.FromPageOrder(keep & bits, ages.Count);
        if (node.Numbers("hull") is { } hull)
        {
            (ulong start, ulong end) = pages == 0 ? (0, 0) : YoungBitmap.Hull(pages, 0);
            problem ??= KvmCases.CompareLists("hull", hull, (ulong[])[start, end]);
        }
        notifier.FastYoungWord(HvaPage, pages, clear: true, NotifierCaller.AgingWalk, oneCall: true);
        if (node.Numbers("after") is { } after)
        {
            ulong left = EntryBits.ReadWord(vm.Tdp!.RootOf(0), 0, EntryPlane.Young);
            var found = new List<ulong>();
            for (int i = 0; i < ages.Count; i++)
            {
                found.Add(left >> i & 1);
            }
            problem ??= KvmCases.CompareLists("after", after, found);
        }
        return problem;
    }

    public static string? HugeLeaf(KvmVectorNode node)
    {
        KvmRules rules = AgingPolicies.Get(node.Text("policy") ?? "mainline_6_15").Kvm;
        var primary = new PrimaryMmu();
        var notifier = new MmuNotifier(rules);
        var vm = new KvmVm(new KvmConfig(), primary);
        const ulong Base = HvaPage & ~511UL;
        notifier.CreateSlot(vm, new Memslot(0, 1, new Gfn(0), 512, new Hva(Base << PageSize.Shift)));
        notifier.Register(vm);
        vm.Tdp!.Map(0, 0, 2, new Pfn(0), writable: true, softWritable: true, prefetch: !node.Flag("a0"));
        bool test = (node.Text("op") ?? "clear") == "test";
        var found = new List<ulong>();
        foreach (ulong page in node.Numbers("pages") ?? [])
        {
            var start = new Hva((Base + page) << PageSize.Shift);
            bool young = test
                ? notifier.TestYoung(start, NotifierCaller.Khugepaged)
                : notifier.ClearYoung(new HvaRange(start, new Hva(start.Value + PageSize.Bytes)), NotifierCaller.AgingWalk);
            found.Add(young ? 1UL : 0);
        }
        return KvmCases.CompareLists("young", node.Numbers("young") ?? [], found);
    }

    public static string? Alias(KvmVectorNode vector)
    {
        List<KvmVectorNode> slots = vector.Mappings("slots");
        int addressSpaces = 1;
        foreach (KvmVectorNode slot in slots)
        {
            addressSpaces = Math.Max(addressSpaces, (int)slot.Number("as", 0) + 1);
        }
        var vm = new KvmVm(new KvmConfig { AddressSpaces = addressSpaces }, new PrimaryMmu());
        foreach (KvmVectorNode slot in slots)
        {
            var memslot = new Memslot(
                (int)slot.Number("as", 0), (int)slot.Number("id"), new Gfn(slot.Number("gfn")), slot.Number("npages"), new Hva(slot.Number("hva")));
            slot.RejectOthers();
            if (!vm.SlotsOf(memslot.AddressSpace).TryAdd(memslot))
            {
                throw slot.Bad("overlaps another slot");
            }
        }
        return KvmCases.Each(vector, node =>
        {
            List<ulong> range = node.Numbers("range") ?? throw node.Bad("key 'range' is missing");
            var found = new List<string>();
            foreach (SlotGfns part in vm.PartsOf(new HvaRange(new Hva(range[0]), new Hva(range[1]))))
            {
                found.Add($"[{part.Slot.Id}, {part.Gfns.Start.Value}, {part.Gfns.End.Value}]");
            }
            var expected = new List<string>();
            foreach (YamlNode row in ((YamlSequenceNode)node.Get("gfns")).Children)
            {
                expected.Add($"[{string.Join(", ", node.ScalarsOf(row).ConvertAll(node.ParseNumber))}]");
            }
            return KvmCases.CompareLists("gfns", expected, found);
        });
    }

    public static string? Delete(KvmVectorNode vector)
    {
        KvmVectorNode setup = vector.Mapping("setup") ?? throw vector.Bad("key 'setup' is missing");
        KvmVectorNode leafs = setup.Mapping("leafs") ?? throw setup.Bad("key 'leafs' is missing");
        setup.RejectOthers();
        string deleted = vector.TextOf("slot");
        return KvmCases.Each(vector, node =>
        {
            ZapMechanism mechanism = node.TextOf("mech") switch
            {
                "zap_all_slow" => ZapMechanism.ZapAllSlow,
                "zap_all_fast" => ZapMechanism.ZapAllFast,
                "slot_pages_2019" => ZapMechanism.SlotPages2019,
                "slot_leafs" => ZapMechanism.SlotLeafs,
                string other => throw node.Bad($"unknown mechanism '{other}'"),
            };
            var notifier = new MmuNotifier(AgingPolicies.Get("mainline_6_15").Kvm);
            var vm = new KvmVm(new KvmConfig(), new PrimaryMmu());
            notifier.Register(vm);
            var slots = new Dictionary<string, Memslot>(StringComparer.Ordinal);
            foreach (string name in leafs.Keys)
            {
                ulong count = leafs.Number(name);
                ulong at = (ulong)slots.Count << 20;
                var slot = new Memslot(0, slots.Count, new Gfn(at), Math.Max(count, 1), new Hva((HvaPage + at) << PageSize.Shift));
                notifier.CreateSlot(vm, slot);
                slots.Add(name, slot);
                for (ulong i = 0; i < count; i++)
                {
                    vm.Tdp!.Map(0, at + i, 1, new Pfn(at + i), writable: true, softWritable: true);
                }
            }
            notifier.DeleteSlot(vm, slots[deleted], mechanism);
            notifier.FinishZaps(vm);
            KvmVectorNode lost = node.Mapping("lost") ?? throw node.Bad("key 'lost' is missing");
            foreach (string name in lost.Keys)
            {
                ulong gone = 0;
                for (ulong gfn = slots[name].BaseGfn.Value; gfn < slots[name].BaseGfn.Value + leafs.Number(name); gfn++)
                {
                    gone += vm.Tdp!.Touch(0, gfn, false) == TouchResult.Fault ? 1UL : 0;
                }
                if (KvmCases.Compare($"lost.{name}", lost.Number(name), gone) is { } problem)
                {
                    return problem;
                }
            }
            return null;
        });
    }

    private static string? CompareBits(string what, List<ulong> expected, ulong bits)
    {
        var found = new List<ulong>();
        for (int i = 63; i >= 0; i--)
        {
            if ((bits >> i & 1) != 0)
            {
                found.Add((ulong)i);
            }
        }
        expected.Sort();
        expected.Reverse();
        return KvmCases.CompareLists(what, expected, found);
    }
}
