using SecondLook.Ingest.Meaning;

namespace SecondLook.Ingest.Formats.TraceDat;

/// <summary>Joins the files of a host and its guests, which name each other by trace id, in whichever order they are read.</summary>
internal sealed class TraceSessions
{
    private readonly Dictionary<ulong, List<StreamFacts>> _streams = [];
    private readonly Dictionary<ulong, string> _names = [];

    /// <summary>Notes the streams of a guest's file.</summary>
    public void AddGuest(ulong traceId, StreamFacts stream)
    {
        if (!_streams.TryGetValue(traceId, out List<StreamFacts>? streams))
        {
            _streams.Add(traceId, streams = []);
        }
        streams.Add(stream);
        if (_names.TryGetValue(traceId, out string? name))
        {
            Rename(stream, name);
        }
    }

    /// <summary>Takes what a host's file says about a guest: its name, and which threads are its vCPUs.</summary>
    public void AddLink(GuestLink guest, IngestState state)
    {
        _names[guest.Id] = guest.Name;
        foreach (StreamFacts stream in _streams.GetValueOrDefault(guest.Id, []))
        {
            Rename(stream, guest.Name);
        }
        int vm = state.Vms.Add(guest.Name);
        foreach ((int vcpu, int tid) in guest.VcpuThreads)
        {
            TaskRecord task = state.Tasks.Of(tid);
            task.Role = "vcpu";
            task.Vcpu = vcpu;
            task.Vm = vm;
        }
    }

    private static void Rename(StreamFacts stream, string guest) =>
        stream.Name = string.IsNullOrEmpty(stream.Name) || stream.Name.StartsWith("guest:", StringComparison.Ordinal) ? guest : $"{guest}/{stream.Name}";
}
