using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>A task gave an mmap_lock back.</summary>
/// <remarks>Accepts: <c>memcg_path=..</c> up to 6.12, <c>memcg_id=..</c> in 7.1.</remarks>
[CatalogEntry("mmap_lock_released", "A task gave an mmap_lock back")]
public sealed class MmapLockReleased : MmapLock
{
    /// <inheritdoc/>
    public override bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        e.Kind = TraceEventKind.Lock;
        e.Op = TraceEventOp.Released;
        return TryDecodeLock(fields, ref e, context);
    }
}
