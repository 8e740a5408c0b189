using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>A task gave an mmap_lock back.</summary>
/// <remarks>Accepts: <c>memcg_path=..</c> up to 6.12, <c>memcg_id=..</c> in 7.1.</remarks>
[CatalogEntry("mmap_lock_released", "A task gave an mmap_lock back")]
public sealed class MmapLockReleased : PairsTracepoint
{
    private static readonly FieldSpec[] Specs = [
        new("mm", FieldBase.Hex), new("memcg_path", FieldBase.Word), new("memcg_id"), new("write", FieldBase.Word),
        new("success", FieldBase.Word),
    ];

    /// <summary>Creates the parser.</summary>
    public MmapLockReleased()
        : base(Specs)
    {
    }

    /// <inheritdoc/>
    public override bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        e.Kind = TraceEventKind.Lock;
        e.Op = TraceEventOp.Released;
        return MmapLock.TryDecode(fields, ref e, context);
    }
}
