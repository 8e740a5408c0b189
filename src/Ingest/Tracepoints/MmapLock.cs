using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>What the three mmap_lock events share.</summary>
public abstract class MmapLock : PairsTracepoint
{
    private const int LongestMessage = 4608;

    private static readonly FieldSpec[] Specs = [
        new("mm", FieldBase.Hex), new("memcg_path", FieldBase.Word), new("memcg_id", FieldBase.Unsigned), new("write", FieldBase.Word),
        new("success", FieldBase.Word),
    ];

    /// <summary>Prepares the grammar.</summary>
    protected MmapLock()
        : base(Specs)
    {
    }

    /// <inheritdoc/>
    /// <remarks>The path of a cgroup may hold blanks; it ends before <c>write=</c>.</remarks>
    public override bool TryParse(ref FieldCursor text, ref TraceEvent e, DecodeContext context)
    {
        ReadOnlySpan<byte> message = text.Rest;
        int path = message.IndexOf(" memcg_path="u8) + 12;
        int end = message.LastIndexOf(" write="u8);
        if (path < 12 || end <= path || message.Length > LongestMessage || !message[path..end].Contains((byte)' '))
        {
            return base.TryParse(ref text, ref e, context);
        }
        Span<byte> plain = stackalloc byte[message.Length];
        message.CopyTo(plain);
        plain[path..end].Replace((byte)' ', (byte)'_');
        FieldCursor cursor = new(plain);
        bool read = base.TryParse(ref cursor, ref e, context);
        text = new FieldCursor(message[(message.Length - cursor.Rest.Length)..]);
        return read;
    }

    /// <summary>Sets the lock columns. The mm is an equality token; with a cgroup path beside it (up to 6.12) it is hashed and dropped.</summary>
    /// <param name="fields">Values of the record.</param>
    /// <param name="e">The event.</param>
    /// <param name="context">Strings and repairs.</param>
    protected static bool TryDecodeLock(FieldValues fields, ref TraceEvent e, DecodeContext context)
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
        fields.HasText(slot) && !fields.Has(slot) ? (fields.Text(slot).SequenceEqual("true"u8) || fields.Text(slot).SequenceEqual("(1)"u8) ? 1 : 0) : fields.Signed(slot);
}
