using SecondLook.Replay.Aging;
using SecondLook.Replay.Mmu;
using SecondLook.Replay.Replacement.Settings;

namespace SecondLook.Replay.Hosts;

/// <summary>Everything that decides how a host behaves: reclaim rules, aging policy, kind of MMU.</summary>
/// <param name="Switches">Reclaim rules; each host takes a copy.</param>
/// <param name="Knobs">Aging policy.</param>
/// <param name="Config">Facts of the VM.</param>
public sealed record HostSetup(ReclaimSwitches Switches, AgingKnobs Knobs, KvmConfig Config)
{
    /// <summary>A repair of the error ledger: whoever clears one accessed bit of a page clears those of all its MMUs, though it believes the one it asked.</summary>
    public bool ClearsEveryMmu { get; init; }

    /// <summary>A repair of the error ledger: every pass is forced.</summary>
    public bool WalksEverything { get; init; }

    /// <summary>Each process has a cgroup of its own under the root, and no other limit than the machine's memory.</summary>
    public bool OwnMemcgs { get; init; }

    // More than KVM itself allows is a number that a stranger wrote.
    private const int MostVcpus = 4096;

    /// <summary>The setup of a resolved policy on a capture.</summary>
    /// <param name="plan">The policy.</param>
    /// <param name="facts">The capture, for the kind of MMU where the policy names none.</param>
    public static HostSetup Of(PolicyPlan plan, CaptureFacts facts)
    {
        ReclaimSwitches switches = ReclaimProfiles.Create(plan.Profile);
        foreach (string overlay in plan.Overlays)
        {
            if (string.Equals(overlay, PolicyPresets.Classic, StringComparison.Ordinal))
            {
                switches.Mglru = false;
            }
            else
            {
                ReclaimProfiles.Overlay(switches, overlay);
            }
        }
        AgingKnobs knobs = AgingPolicies.Get(plan.KvmPolicy) with { RangeCalls = plan.RangeCalls };
        KvmConfig config = facts.Stage2Faults
            ? new KvmConfig { Arch = KvmArch.Arm64, AdBits = !facts.AccessFlagFaults }
            : new KvmConfig { TdpMmuEnabled = facts.SpteChanges || !facts.SpteSets };
        config = config with { Vcpus = VcpusOf(facts) };
        foreach ((string name, string value) in plan.Switches)
        {
            if (name == Mechanisms.Switch)
            {
                continue;
            }
            if (HostSwitches.IsMmuSwitch(name))
            {
                config = HostSwitches.ApplyMmu(config, name, value);
            }
            else if (HostSwitches.IsKvmSwitch(name))
            {
                knobs = HostSwitches.ApplyKvm(knobs, switches, name, value);
            }
            else
            {
                SwitchNames.Set(switches, name, value);
            }
        }
        if (config is { Arch: KvmArch.Arm64, AdBits: false })
        {
            switches.ArchHwYoung = false;
            switches.ArchNonleafYoung = false;
        }
        HostSetup setup = new(switches, knobs, config);
        // Last, so that no other switch brings back what is to be missing.
        return plan.Switches.TryGetValue(Mechanisms.Switch, out string? words) ? Mechanisms.Without(setup, words) : setup;
    }

    /// <summary>vCPUs of a capture: one more than the highest number that faulted.</summary>
    public static int VcpusOf(CaptureFacts facts)
    {
        int highest = 0;
        foreach (int vcpu in facts.Cpus.Vcpus)
        {
            highest = Math.Max(highest, vcpu);
        }
        return Math.Min(highest + 1, MostVcpus);
    }
}
