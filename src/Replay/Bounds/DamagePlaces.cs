using SecondLook.Contracts.Events;
using SecondLook.Contracts.Tables;

namespace SecondLook.Replay.Bounds;

/// <summary>Where damage can be done to the events of a dataset; read once for all damage that is tried.</summary>
public sealed class DamagePlaces
{
    private DamagePlaces()
    {
    }

    /// <summary>Number, time and CPU of every event, in order.</summary>
    public List<(long Seq, long TsNs, short Cpu)> All { get; } = [];

    /// <summary>By leaf event: the aging call whose answer it is.</summary>
    public Dictionary<long, long> CallOfLeaf { get; } = [];

    /// <summary>Reads a dataset.</summary>
    /// <param name="folder">Its folder.</param>
    public static DamagePlaces Of(string folder)
    {
        DamagePlaces places = new();
        Dictionary<int, long> openCall = [];
        using EventsReader reader = new(folder);
        TraceEvent e = default;
        while (reader.TryRead(ref e))
        {
            places.All.Add((e.Seq, e.Has(EventColumn.TsNs) ? e.TsNs : unchecked((long)e.TsRaw), (short)e.Cpu));
            if (e.Kind == TraceEventKind.Age)
            {
                openCall[e.Tid] = e.Seq;
            }
            else if (e.Kind == TraceEventKind.SpteChange && openCall.TryGetValue(e.Tid, out long call))
            {
                places.CallOfLeaf[e.Seq] = call;
            }
            else
            {
                openCall.Remove(e.Tid);
            }
        }
        return places;
    }
}
