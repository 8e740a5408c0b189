using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>A task has an mmap_lock, or did not get it.</summary>
/// <remarks>Accepts: <c>memcg_path=..</c> up to 6.12, <c>memcg_id=..</c> in 7.1.</remarks>
[CatalogEntry("mmap_lock_acquire_returned", "A task has an mmap_lock, or did not get it")]
public sealed class MmapLockAcquireReturned : MmapLock
{
    /// <inheritdoc/>
    public override bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        e.Kind = TraceEventKind.Lock;
        e.Op = TraceEventOp.Acquired;
        return TryDecodeLock(fields, ref e, context);
    }
}
