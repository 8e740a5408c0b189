using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>A task has an mmap_lock, or did not get it.</summary>
/// <remarks>Accepts: <c>memcg_path=..</c> up to 6.12, <c>memcg_id=..</c> in 7.1.</remarks>
[CatalogEntry("mmap_lock_acquire_returned", "A task has an mmap_lock, or did not get it")]
public sealed class MmapLockAcquireReturned : PairsTracepoint
{
    private static readonly FieldSpec[] Specs = [
        new("mm", FieldBase.Hex), new("memcg_path", FieldBase.Word), new("memcg_id"), new("write", FieldBase.Word),
        new("success", FieldBase.Word),
    ];

    /// <summary>Creates the parser.</summary>
    public MmapLockAcquireReturned()
        : base(Specs)
    {
    }

    /// <inheritdoc/>
    public override bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        e.Kind = TraceEventKind.Lock;
        e.Op = TraceEventOp.Acquired;
        return MmapLock.TryDecode(fields, ref e, context);
    }
}
