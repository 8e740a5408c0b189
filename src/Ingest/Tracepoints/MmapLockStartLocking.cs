using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>A task wants an mmap_lock.</summary>
/// <remarks>Accepts: <c>memcg_path=..</c> up to 6.12, <c>memcg_id=..</c> in 7.1.</remarks>
[CatalogEntry("mmap_lock_start_locking", "A task wants an mmap_lock")]
public sealed class MmapLockStartLocking : MmapLock
{
    /// <inheritdoc/>
    public override bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        e.Kind = TraceEventKind.Lock;
        e.Op = TraceEventOp.Start;
        return TryDecodeLock(fields, ref e, context);
    }
}
