using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Meaning;

/// <summary>What the frames of a kernel stack behind an aging call tell: whether the flushing hook was called, and which walk asked (option <c>stacks</c>).</summary>
/// <remarks>Models: callers of __mmu_notifier_clear_flush_young and __mmu_notifier_clear_young, mm/rmap.c, mm/vmscan.c, mm/page_idle.c, mm/damon, 5.10 to 7.2.</remarks>
internal static class StackFrames
{
    /// <summary>Learns from one frame; frames come from the innermost out, and the first walk that is met is the one that asked.</summary>
    /// <param name="frame">Name of the function, without offset.</param>
    /// <param name="e">The aging call.</param>
    /// <param name="context">Interns the name of the walk.</param>
    public static void See(ReadOnlySpan<byte> frame, ref TraceEvent e, DecodeContext context)
    {
        if (e.Kind != TraceEventKind.Age)
        {
            return;
        }
        if (!e.Has(EventColumn.Flush) && e.Op == TraceEventOp.Clear)
        {
            if (frame.EndsWith("mmu_notifier_clear_flush_young"u8))
            {
                e.Flush = true;
            }
            else if (frame.EndsWith("mmu_notifier_clear_young"u8))
            {
                e.Flush = false;
            }
        }
        if (!e.Has(EventColumn.Text) && IsWalk(frame))
        {
            e.Text = context.Intern(frame);
        }
    }

    private static bool IsWalk(ReadOnlySpan<byte> frame) =>
        frame.SequenceEqual("lru_gen_look_around"u8) || frame.SequenceEqual("folio_referenced_one"u8) || frame.SequenceEqual("page_referenced_one"u8)
        || frame.SequenceEqual("walk_pte_range"u8) || frame.SequenceEqual("walk_pmd_range_locked"u8) || frame.SequenceEqual("walk_pmd_range"u8)
        || frame.SequenceEqual("page_idle_clear_pte_refs_one"u8) || frame.StartsWith("damon_"u8) || frame.StartsWith("khugepaged"u8)
        || frame.StartsWith("hpage_collapse_scan"u8) || frame.StartsWith("collapse_"u8);
}
