using SecondLook.Contracts.Addresses;
using SecondLook.Replay.Aging;
using SecondLook.Replay.Memory;
using SecondLook.Replay.Mmu;

namespace SecondLook.Replay.Vectors;

/// <summary>Cases that ask one rule: windows, retries, mapping sizes, MMIO generations, lost races.</summary>
/// <remarks>
/// Models: sections 1.8, 1.9 and 3.1 of the KVM specification.
/// Omits: nothing.
/// </remarks>
internal static class KvmShapeCases
{
    public static string? Window(KvmVectorNode node)
    {
        ulong page = node.Number("a");
        List<ulong> vma = node.Numbers("vma") ?? throw node.Bad("key 'vma' is missing");
        LookAroundWindow window = LookAroundWindow.Around(page, vma[0], vma[1]);
        string? problem = node.Numbers("w") is { } expected
            ? KvmCases.CompareLists("window", expected, (ulong[])[window.Start, window.End])
            : null;
        return problem ?? (node.Text("la") is { } lookAround ? KvmCases.Compare("la", lookAround, window.Pages > 1 ? "1" : "0") : null);
    }

    public static string? Retry(KvmVectorNode node)
    {
        KvmArch arch = node.TextOf("arch") == "arm64" ? KvmArch.Arm64 : KvmArch.X86;
        List<ulong> range = node.Numbers("range") ?? [0, 0];
        var state = new InvalidationState();
        state.Restore((long)node.Number("seq_now"), (int)node.Number("in_progress"), new GfnRange(new Gfn(range[0]), new Gfn(range[1])));
        bool retry = state.MustRetry(arch, (long)node.Number("seq"), new Gfn(node.Number("gfn")));
        return KvmCases.Compare("retry", node.Flag("retry"), retry);
    }

    public static string? Level(KvmVectorNode node)
    {
        int disallowed = 0;
        foreach (ulong level in node.Numbers("disallow") ?? [])
        {
            disallowed |= 1 << (int)level;
        }
        int found = MapLevel.Choose(
            (int)node.Number("host"), (int)node.Number("max", 3), node.Flag("log"), node.Flag("exec_nx"), disallowed);
        return KvmCases.Compare("level", (int)node.Number("level"), found);
    }

    public static string? Block(KvmVectorNode node)
    {
        List<ulong> mapping = node.Numbers("pfnmap") ?? [0, 0];
        var fault = new BlockFault
        {
            Ipa = node.Number("ipa"),
            Hva = node.Number("hva"),
            SizeBytes = node.Number("size"),
            FaultHva = node.Number("fault_hva"),
            LeafBytes = node.Number("leaf", PageSize.Bytes),
            HugetlbBytes = node.Number("hugetlb", 0),
            DirtyLog = node.Flag("log"),
            ExistingBytes = node.Has("perm") ? node.Number("perm") : node.Number("existing", 0),
            NestedBytes = node.Number("nested", 0),
            Reassemble = mapping[1] != 0,
            PfnMapStart = mapping[0],
            PfnMapEnd = mapping[1],
            Pfn = new Pfn(node.Number("pfn", 0)),
        };
        return KvmCases.Compare("map", node.Number("map"), BlockSize.Choose(fault));
    }

    public static string? Mmio(KvmVectorNode node)
    {
        var layout = new MmioSpte((int)node.Number("bits"));
        string? problem = null;
        if (node.Has("spte"))
        {
            ulong word = node.Has("gfn")
                ? layout.Encode(node.Number("gfn"), (int)node.Number("access", 7), node.Number("gen"))
                : layout.EncodeGeneration(node.Number("gen"));
            problem = KvmCases.Compare("spte", $"0x{node.Number("spte"):x}", $"0x{word:x}");
        }
        if (node.Has("valid"))
        {
            ulong active = node.Number("active") | (node.Flag("flux") ? MmioSpte.InFlux : 0);
            problem ??= KvmCases.Compare("valid", node.Flag("valid"), layout.IsValid(node.Number("gen"), active));
        }
        if (node.Has("wrap"))
        {
            problem ??= KvmCases.Compare("wrap", node.Flag("wrap"), layout.Wraps(node.Number("newgen"), (int)node.Number("nr_as", 1)));
        }
        return problem;
    }

    public static string? CasFail(KvmVectorNode node)
    {
        AgeRace race = AgingPolicies.Get(node.TextOf("policy")).Kvm.Race;
        bool young = AgeRaces.Answer(race, node.Flag("still_leaf", true), node.Flag("young_on_retry", true));
        return KvmCases.Compare("young", node.Flag("young"), young);
    }
}
