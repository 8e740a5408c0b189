using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>What the three mmap_lock events share.</summary>
internal static class MmapLock
{
    /// <summary>Sets the lock columns. The mm is an equality token; with a cgroup path beside it (up to 6.12) it is hashed and dropped.</summary>
    public static bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        e.Text = context.Strings.Intern("mmap_lock");
        if (fields.HasText(1))
        {
            context.Repair(RepairKind.PointerHashedOrRaw);
        }
        else if (fields.Has(0))
        {
            e.Mm = fields.Number(0);
        }
        if (fields.Has(2))
        {
            e.MemcgId = fields.Number(2);
        }
        e.N0 = Flag(fields, 3);
        if (fields.HasText(4) || fields.Has(4))
        {
            e.N1 = Flag(fields, 4);
        }
        return fields.HasText(3) || fields.Has(3);
    }

    private static long Flag(FieldValues fields, int slot) =>
        fields.HasText(slot) && !fields.Has(slot) ? (fields.Text(slot).SequenceEqual("true"u8) ? 1 : 0) : fields.Signed(slot);
}
