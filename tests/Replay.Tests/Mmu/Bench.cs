using SecondLook.Contracts.Addresses;
using SecondLook.Replay.Aging;
using SecondLook.Replay.Memory;
using SecondLook.Replay.Mmu;

namespace SecondLook.Replay.Tests.Mmu;

/// <summary>A small host with one VM of one memslot, for tests.</summary>
internal sealed class Bench
{
    public const ulong HvaPage = 0x7f0000000;

    public Bench(string policy, ulong pages = 1024, KvmConfig? config = null, ulong hvaPage = HvaPage)
    {
        Primary = new PrimaryMmu();
        Knobs = AgingPolicies.Get(policy);
        Notifier = new MmuNotifier(Knobs.Kvm);
        Vm = new KvmVm(config ?? new KvmConfig(), Primary);
        Slot = new Memslot(0, 1, new Gfn(0x100), pages, new Hva(hvaPage << 12));
        Assert.True(Vm.SlotsOf(0).TryAdd(Slot));
        Notifier.Register(Vm);
        Mm = new MmAging(Primary, Notifier, Knobs);
        Primary.Vmas.Add(new Vma(hvaPage, hvaPage + pages));
    }

    public AgingKnobs Knobs { get; }

    public PrimaryMmu Primary { get; }

    public MmuNotifier Notifier { get; }

    public KvmVm Vm { get; }

    public Memslot Slot { get; }

    public MmAging Mm { get; }

    /// <summary>A guest access of page i of the slot, with the host fault behind it where needed; the host bit is cleared after such a fault.</summary>
    public TouchResult Touch(ulong i, bool write = false)
    {
        var gfn = new Gfn(Slot.BaseGfn.Value + i);
        TouchResult result = Notifier.Touch(Vm, 0, gfn, write);
        if (result == TouchResult.NotInPrimary)
        {
            Assert.True(Primary.Map(Slot.HvaPage + i, new Pfn(0x5000 + i), write));
            Primary.TestAndClearYoung(Slot.HvaPage + i);
            result = Notifier.Touch(Vm, 0, gfn, write);
        }
        return result;
    }

    public static HvaRange Bytes(ulong page, ulong pages = 1) => new(new Hva(page << 12), new Hva((page + pages) << 12));
}
