using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Dump;

/// <summary>How a count column of an event is printed.</summary>
internal enum CountForm
{
    /// <summary>As a number.</summary>
    Number,

    /// <summary>As true or false.</summary>
    Flag,

    /// <summary>As a hex string.</summary>
    Hex,
}

/// <summary>Long names of the columns n0 to n7, cause and text by kind and op (trace-formats.md 4).</summary>
internal static class EventNamesByKind
{
    private static readonly string[] LruNames = ["inactive_anon", "active_anon", "inactive_file", "active_file", "unevictable"];

    /// <summary>Name of an LRU list.</summary>
    public static string Lru(int lru) => lru < LruNames.Length ? LruNames[lru] : lru.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Long name of a count column; null when the kind has none and the column's own name is printed.</summary>
    public static string? Count(TraceEventKind kind, TraceEventOp op, int n, out CountForm form)
    {
        form = CountForm.Number;
        switch (kind)
        {
            case TraceEventKind.Reclaim:
                return Reclaim(op, n);
            case TraceEventKind.Swap or TraceEventKind.Writeback when n == 0:
                form = CountForm.Flag;
                return "anon";
            case TraceEventKind.Migrate:
                return n switch { 0 => "nr_succeeded", 1 => "nr_failed", 2 => "order", _ => null };
            case TraceEventKind.Lock:
                form = CountForm.Flag;
                return n switch { 0 => "write", 1 => "success", _ => null };
            case TraceEventKind.Rss:
                form = n == 1 ? CountForm.Flag : CountForm.Number;
                return n switch { 0 => "mm_id", 1 => "current", 2 => "bytes", _ => null };
            case TraceEventKind.Damon:
                return n switch { 0 => "nr_accesses", 1 => "age_intervals", _ => null };
            case TraceEventKind.TlbFlush when n == 0:
                return "pages";
            case TraceEventKind.Memslot:
                form = n < 2 ? CountForm.Hex : CountForm.Number;
                return n switch { 0 => "flags", 1 => "attributes", 2 => "ts_to_ns", _ => null };
            case TraceEventKind.SpGet or TraceEventKind.SpSync or TraceEventKind.SpUnsync or TraceEventKind.SpZap when n == 0:
                form = CountForm.Flag;
                return "direct";
            case TraceEventKind.ZapAll when n == 0:
                return "used_pages";
            case TraceEventKind.Split when n == 0:
                return "errno";
            default:
                return null;
        }
    }

    /// <summary>Long name of the text column.</summary>
    public static string Text(TraceEventKind kind) => kind switch
    {
        TraceEventKind.Thp => "status",
        TraceEventKind.Lock => "lock",
        TraceEventKind.Rss => "counter",
        TraceEventKind.VcpuExit => "op",
        _ => "text",
    };

    /// <summary>Long name of the cause column.</summary>
    public static string Cause(TraceEventKind kind) => kind is TraceEventKind.Migrate or TraceEventKind.TlbFlush ? "reason" : "cause";

    private static string? Reclaim(TraceEventOp op, int n) => n switch
    {
        0 => "nid",
        1 => "order",
        2 => "nr_scanned",
        3 => op is TraceEventOp.Isolate or TraceEventOp.ShrinkActive ? "nr_taken" : "nr_reclaimed",
        4 => op == TraceEventOp.ShrinkActive ? "nr_referenced" : "nr_ref_keep",
        5 => "nr_activate_anon",
        6 => op == TraceEventOp.ShrinkActive ? "nr_deactivated" : "nr_activate_file",
        7 => "priority",
        _ => null,
    };
}
