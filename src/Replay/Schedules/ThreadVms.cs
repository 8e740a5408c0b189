using SecondLook.Contracts.Events;
using SecondLook.Contracts.Tables;

namespace SecondLook.Replay.Schedules;

/// <summary>Which VM a vCPU thread belongs to, for captures of several VMs whose entry events name none.</summary>
/// <remarks>
/// An aging call names its VM by its host address; the entry that it clears names a frame; the thread that mapped that frame at that guest frame
/// belongs to the VM (trace-formats.md 1.3, confirmed there on a capture of two VMs).
/// </remarks>
public sealed class ThreadVms
{
    private readonly Dictionary<int, int> _vmOfThread = [];

    private ThreadVms()
    {
    }

    /// <summary>Nothing known: captures of one VM need nothing.</summary>
    public static ThreadVms None { get; } = new();

    /// <summary>The VM of a thread, -1 when unknown.</summary>
    public int Of(int tid) => _vmOfThread.GetValueOrDefault(tid, -1);

    /// <summary>Learns the threads of a dataset; reads its events once.</summary>
    /// <param name="folder">Folder of the dataset.</param>
    /// <param name="pages">Its pages.</param>
    public static ThreadVms Learn(string folder, GuestPages pages)
    {
        ThreadVms learned = new();
        Dictionary<(ulong Gfn, ulong Pfn), int> mapper = [];
        Dictionary<int, int> callVm = [];
        Dictionary<(int Tid, int Vm), int> votes = [];
        using EventsReader reader = new(folder);
        TraceEvent e = default;
        while (reader.TryRead(ref e))
        {
            if (e.Kind == TraceEventKind.Age)
            {
                callVm[e.Tid] = e.Has(EventColumn.Vm) ? e.Vm : pages.VmOfHva(e.Start);
            }
            else if (e.Kind == TraceEventKind.SpteChange && RecordedSpte.IsLeaf(e.NewSpte, e.Level))
            {
                if (!RecordedSpte.IsPresent(e.OldSpte))
                {
                    mapper[(e.Gfn, RecordedSpte.PfnOf(e.NewSpte))] = e.Tid;
                }
                else if (callVm.TryGetValue(e.Tid, out int vm) && vm >= 0 && mapper.TryGetValue((e.Gfn, RecordedSpte.PfnOf(e.OldSpte)), out int thread))
                {
                    votes[(thread, vm)] = votes.GetValueOrDefault((thread, vm)) + 1;
                }
            }
        }
        Dictionary<int, int> best = [];
        foreach (((int tid, int vm), int count) in votes)
        {
            if (count > best.GetValueOrDefault(tid))
            {
                best[tid] = count;
                learned._vmOfThread[tid] = vm;
            }
        }
        return learned;
    }
}
