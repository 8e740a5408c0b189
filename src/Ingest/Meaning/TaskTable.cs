using System.Runtime.CompilerServices;
using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Meaning;

/// <summary>All threads of a trace: names, processes, roles.</summary>
/// <param name="strings">Strings of the dataset.</param>
internal sealed class TaskTable(StringTable strings)
{
    private const int CacheSize = 1 << 12;
    private readonly TaskRecord?[] _cache = new TaskRecord?[CacheSize];
    private readonly Dictionary<int, TaskRecord> _tasks = [];

    /// <summary>Counts what events told of threads beside running on them, such as a new name.</summary>
    public int Changes { get; private set; }

    /// <summary>All threads, by id in ascending order.</summary>
    public List<TaskRecord> Sorted()
    {
        List<TaskRecord> all = [.. _tasks.Values];
        all.Sort((a, b) => a.Tid.CompareTo(b.Tid));
        return all;
    }

    /// <summary>Notes that an event told something of a thread; see <see cref="Changes"/>.</summary>
    public void Change() => Changes++;

    /// <summary>The record of a thread, made at first sight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TaskRecord Of(int tid)
    {
        TaskRecord? record = _cache[tid & (CacheSize - 1)];
        return record is not null && record.Tid == tid ? record : Load(tid);
    }

    /// <summary>The record of a thread that was seen before, or null.</summary>
    public TaskRecord? Find(int tid) => _tasks.GetValueOrDefault(tid);

    /// <summary>Notes an event of a thread.</summary>
    /// <returns>The record.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TaskRecord Seen(int tid, ReadOnlySpan<byte> comm, int tgid, bool hasTime, long timeNs)
    {
        TaskRecord record = Of(tid);
        Seen(record, comm, tgid, hasTime, timeNs);
        return record;
    }

    /// <summary>Notes an event of a thread whose record is at hand.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Seen(TaskRecord record, ReadOnlySpan<byte> comm, int tgid, bool hasTime, long timeNs)
    {
        if (!comm.IsEmpty && !comm.SequenceEqual(record.Comm))
        {
            Rename(record, comm);
        }
        if (tgid >= 0 && tgid != record.Tgid)
        {
            Changes++;
            record.Tgid = tgid;
        }
        if (hasTime)
        {
            if (record.FromNs == long.MinValue)
            {
                record.FromNs = timeNs;
            }
            record.ToNs = timeNs;
        }
    }

    /// <summary>Notes an event of a thread whose record is at hand, with a time and a name that other events of it share.</summary>
    /// <returns>The name in the array that events of the thread had it in before, which is told again without comparing bytes.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte[] SeenAgain(TaskRecord record, byte[] comm, int tgid, long timeNs)
    {
        if (!ReferenceEquals(record.LastComm, comm))
        {
            return SeenElsewhere(record, comm, tgid, timeNs);
        }
        if (tgid >= 0 && tgid != record.Tgid)
        {
            Changes++;
            record.Tgid = tgid;
        }
        record.ToNs = timeNs;
        return comm;
    }

    /// <summary>Takes a name that an event told, such as that of a forked child.</summary>
    public void Rename(TaskRecord record, ReadOnlySpan<byte> comm)
    {
        Changes++;
        record.Comm = comm.ToArray();
        record.LastComm = null;
        record.NameIsDamaged = !System.Text.Unicode.Utf8.IsValid(comm);
        record.CommId = strings.Intern(comm);
        if (record.FullName is not null && !record.FullName.StartsWith(strings[record.CommId], StringComparison.Ordinal))
        {
            record.FullName = null;
        }
        (string? role, int vcpu) = TaskRole.Of(comm);
        record.Role = role ?? record.Role;
        if (vcpu >= 0)
        {
            record.Vcpu = vcpu;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private byte[] SeenElsewhere(TaskRecord record, byte[] comm, int tgid, long timeNs)
    {
        Seen(record, comm, tgid, true, timeNs);
        if (record.LastComm is null || !comm.AsSpan().SequenceEqual(record.LastComm))
        {
            record.LastComm = comm;
        }
        return record.LastComm;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private TaskRecord Load(int tid)
    {
        if (!_tasks.TryGetValue(tid, out TaskRecord? record))
        {
            record = new TaskRecord(tid);
            _tasks.Add(tid, record);
        }
        _cache[tid & (CacheSize - 1)] = record;
        return record;
    }
}
