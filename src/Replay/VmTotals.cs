using SecondLook.Replay.Hosts;
using SecondLook.Replay.Schedules;

namespace SecondLook.Replay;

/// <summary>What one VM of a replay paid; with several VMs one's blindness shows as another's eviction.</summary>
/// <param name="Vm">Name of the VM, or of a process that only the host uses.</param>
/// <param name="Memcg">Its cgroup in the model; empty for reference policies.</param>
/// <param name="HostOnly">No guest uses its memory.</param>
public sealed record VmTotals(string Vm, string Memcg, bool HostOnly)
{
    /// <summary>Distinct pages touched.</summary>
    public long Footprint { get; private set; }

    /// <summary>Touches served.</summary>
    public long Requests { get; private set; }

    /// <summary>Pages taken.</summary>
    public long Evictions { get; private set; }

    /// <summary>Of them touched again within the horizon.</summary>
    public long FalseCold { get; private set; }

    /// <summary>Touches of evicted pages.</summary>
    public long Refaults { get; private set; }

    /// <summary>Adds up a replay by VM.</summary>
    /// <param name="guest">Guest pages.</param>
    /// <param name="schedule">Accesses that were replayed.</param>
    /// <param name="record">Its record.</param>
    /// <param name="host">The host; null for reference policies.</param>
    /// <returns>A row for each VM in order of its first page; none where there is one VM.</returns>
    public static List<VmTotals> Of(GuestPages guest, AccessSchedule schedule, ReplayRecord record, HostModel? host)
    {
        List<VmTotals> rows = [];
        List<int> firsts = [];
        foreach (SlotPages slot in guest.Slots)
        {
            if (rows.Count == 0 || !string.Equals(rows[^1].Vm, slot.Vm, StringComparison.Ordinal))
            {
                rows.Add(new VmTotals(slot.Vm, host?.CgroupOfPage(slot.FirstPage).Path ?? "", slot.HostOnly));
                firsts.Add(slot.FirstPage);
            }
        }
        if (rows.Count < 2)
        {
            return [];
        }
        VmTotals At(int page)
        {
            int index = firsts.BinarySearch(page);
            return rows[index < 0 ? ~index - 1 : index];
        }
        foreach (ScheduledAccess access in schedule.Accesses)
        {
            At(access.Page).Requests++;
        }
        for (int page = 0; page < schedule.First.Length; page++)
        {
            At(page).Footprint += schedule.First[page] == int.MaxValue ? 0 : 1;
        }
        foreach (EvictionRow eviction in record.Evictions)
        {
            VmTotals vm = At(eviction.Page);
            vm.Evictions++;
            vm.FalseCold += eviction.Outcome == EvictionOutcome.FalseCold ? 1 : 0;
        }
        foreach (RefaultRow refault in record.Refaults)
        {
            At(refault.Page).Refaults++;
        }
        return rows;
    }
}
