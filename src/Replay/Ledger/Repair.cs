using SecondLook.Replay.Aging;
using SecondLook.Replay.Hosts;
using SecondLook.Replay.Mmu;
using SecondLook.Replay.Replacement.Settings;

namespace SecondLook.Replay.Ledger;

/// <summary>Changes the rules of a host so that one cause of errors can no longer be at work.</summary>
public static class Repair
{
    private const int AllCapabilities = 7;

    /// <summary>The rules with one more cause repaired.</summary>
    /// <param name="cause">A cause of <see cref="ErrorCause"/> that is a matter of rules.</param>
    /// <param name="setup">The rules with the causes before it repaired.</param>
    /// <returns>The repaired rules; null where the cause cannot be at work under the rules given.</returns>
    public static HostSetup? Apply(string cause, HostSetup setup) => cause switch
    {
        ErrorCause.SecondaryNotRead => ReadSecondary(setup),
        ErrorCause.OneMmuCleared => ClearEverywhere(setup),
        ErrorCause.TlbHidden => setup.Config.TlbTranslations > 0 ? setup with { Config = setup.Config with { TlbTranslations = 0 } } : null,
        ErrorCause.RangeNotWalked => WalkEverything(setup),
        ErrorCause.LookAround => NoLookAround(setup),
        ErrorCause.HugePage => setup.Config.HugeLeafs ? setup with { Config = setup.Config with { HugeLeafs = false } } : null,
        ErrorCause.BatchNotDrained => DrainBatches(setup),
        _ => null,
    };

    private static bool AsksAll(WalkQuery query) => query is WalkQuery.Clear or WalkQuery.TestThenClear;

    private static bool WalkAsksAll(HostSetup setup) => setup.Switches.SecondaryInAging == SecondaryScope.All
        && AsksAll(setup.Knobs.Walk) && AsksAll(setup.Knobs.LookAround) && setup.Knobs.Gate == WalkGate.Always;

    private static bool KvmAnswersRight(KvmRules rules) => rules is { ShadowOverwritesTdp: false, LastSubscriberWins: false };

    private static HostSetup? ClearEverywhere(HostSetup setup) => setup.Knobs.Kvm is { ClearElide: false, FastKeepsUntracked: false }
        ? null
        : setup with
        {
            Knobs = setup.Knobs with { Kvm = setup.Knobs.Kvm with { ClearElide = false, FastKeepsUntracked = false } },
            ClearsEveryMmu = true,
        };

    // The table bits of the primary MMU know nothing of a guest's touches: to trust them is not to read the secondary MMU.
    private static HostSetup? ReadSecondary(HostSetup setup)
    {
        bool trustsTables = setup.Switches.NonleafYoung && setup.Switches.NonleafShortcut == NonleafShortcut.Always;
        if (WalkAsksAll(setup) && KvmAnswersRight(setup.Knobs.Kvm) && setup.Knobs.Evict != EvictQuery.FastElseClear && !trustsTables)
        {
            return null;
        }
        ReclaimSwitches switches = setup.Switches.Clone();
        switches.SecondaryInAging = SecondaryScope.All;
        switches.NonleafShortcut = NonleafShortcut.NotNotifiedOrForced;
        AgingKnobs knobs = setup.Knobs with
        {
            Walk = WalkQuery.Clear,
            PmdWalk = WalkQuery.Clear,
            LookAround = WalkQuery.Clear,
            Gate = WalkGate.Always,
            NonleafPmd = NonleafRule.NoPruneIfNotifiers,
            Evict = setup.Knobs.Evict == EvictQuery.FastElseClear ? EvictQuery.Clear : setup.Knobs.Evict,
            Kvm = setup.Knobs.Kvm with { ShadowOverwritesTdp = false, LastSubscriberWins = false },
        };
        return setup with { Switches = switches, Knobs = knobs };
    }

    private static HostSetup? WalkEverything(HostSetup setup)
    {
        if (!setup.Switches.Mglru)
        {
            return null;
        }
        ReclaimSwitches switches = setup.Switches.Clone();
        switches.NonleafShortcut = NonleafShortcut.Never;
        switches.Bloom = BloomKind.Off;
        switches.CapBits = AllCapabilities;
        switches.ArchHwYoung = true;
        return setup with { Switches = switches, WalksEverything = true };
    }

    private static HostSetup? NoLookAround(HostSetup setup)
    {
        if (!setup.Switches.Mglru || !setup.Switches.LookAround)
        {
            return null;
        }
        ReclaimSwitches switches = setup.Switches.Clone();
        switches.LookAround = false;
        return setup with { Switches = switches };
    }

    private static HostSetup? DrainBatches(HostSetup setup)
    {
        if (!setup.Switches.FolioBatchDelay)
        {
            return null;
        }
        ReclaimSwitches switches = setup.Switches.Clone();
        switches.FolioBatchDelay = false;
        return setup with { Switches = switches };
    }
}
