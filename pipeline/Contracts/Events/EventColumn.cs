namespace SecondLook.Contracts.Events;

/// <summary>Columns of the canonical <c>events</c> table, in file order; also the bit of <see cref="TraceEvent.Present"/>.</summary>
public enum EventColumn
{
    /// <summary>Order after sorting, dense from 0 per dataset.</summary>
    Seq,

    /// <summary>Time as recorded, with known shifts; null when the clock has no unit.</summary>
    TsNs,

    /// <summary>Stamp as printed, set when it differs from ts_ns.</summary>
    TsRaw,

    /// <summary>Counts backward steps of the clock.</summary>
    ClockEpoch,

    /// <summary>Index into metadata kmr.streams.</summary>
    Stream,

    /// <summary>Host CPU that ran the code.</summary>
    Cpu,

    /// <summary>Thread that ran the code.</summary>
    Tid,

    /// <summary>Its process.</summary>
    Tgid,

    /// <summary>Its name.</summary>
    Comm,

    /// <summary>What the row is about.</summary>
    Kind,

    /// <summary>What happened within the kind.</summary>
    Op,

    /// <summary>Tracepoint that printed it.</summary>
    Src,

    /// <summary>Index into metadata kmr.vms.</summary>
    Vm,

    /// <summary>Virtual CPU number.</summary>
    Vcpu,

    /// <summary>First address, in the address space of column space.</summary>
    Start,

    /// <summary>First address after the range.</summary>
    End,

    /// <summary>Hva 1, gpa 2, gfn 3, pfn 4, gva 5.</summary>
    Space,

    /// <summary>Guest frame number.</summary>
    Gfn,

    /// <summary>Host frame number.</summary>
    Pfn,

    /// <summary>Length.</summary>
    Npages,

    /// <summary>1 = 4 KiB, 2 = 2 MiB, 3 = 1 GiB.</summary>
    Level,

    /// <summary>KVM address space (1 = SMM).</summary>
    AsId,

    /// <summary>Memslot id.</summary>
    Slot,

    /// <summary>The answer; null = unknown.</summary>
    Young,

    /// <summary>How it is known.</summary>
    YoungSrc,

    /// <summary>Clear_flush against clear.</summary>
    Flush,

    /// <summary>Access asked for or granted.</summary>
    Access,

    /// <summary>Raw error code or syndrome.</summary>
    ErrorCode,

    /// <summary>Entry before.</summary>
    OldSpte,

    /// <summary>Entry after.</summary>
    NewSpte,

    /// <summary>Ept 1, npt 2, none 3.</summary>
    SpteFormat,

    /// <summary>Equality token of an mm.</summary>
    Mm,

    /// <summary>0 inactive_anon, 1 active_anon, 2 inactive_file, 3 active_file, 4 unevictable.</summary>
    Lru,

    /// <summary>Count 0, meaning by kind and op (docs/tables.md).</summary>
    N0,

    /// <summary>Count 1, meaning by kind and op (docs/tables.md).</summary>
    N1,

    /// <summary>Count 2, meaning by kind and op (docs/tables.md).</summary>
    N2,

    /// <summary>Count 3, meaning by kind and op (docs/tables.md).</summary>
    N3,

    /// <summary>Count 4, meaning by kind and op (docs/tables.md).</summary>
    N4,

    /// <summary>Count 5, meaning by kind and op (docs/tables.md).</summary>
    N5,

    /// <summary>Count 6, meaning by kind and op (docs/tables.md).</summary>
    N6,

    /// <summary>Count 7, meaning by kind and op (docs/tables.md).</summary>
    N7,

    /// <summary>Memory cgroup.</summary>
    MemcgId,

    /// <summary>Gap: how many; null = unknown.</summary>
    Lost,

    /// <summary>Gap cause, migrate reason.</summary>
    Cause,

    /// <summary>Symbolic rest: flags, status, lock name, mark.</summary>
    Text,

    /// <summary>Unknown tail fields.</summary>
    Extra,

    /// <summary>Index into metadata kmr.inputs.</summary>
    FileNo,

    /// <summary>1-based line, or record number, in that file.</summary>
    Line,
}
