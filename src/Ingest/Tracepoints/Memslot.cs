using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>A memslot was created, moved, changed or deleted, by kmr1.bt.</summary>
/// <remarks>Accepts: <c>kvm=.. as_id=.. slot=.. gfn=.. npages=.. hva=.. flags=.. change=.. [mm=..]</c>.</remarks>
[CatalogEntry("memslot", "A memslot was created, moved, changed or deleted, by kmr1.bt")]
public sealed class Memslot : PairsTracepoint
{
    private static readonly FieldSpec[] Specs = [
        new("kvm", FieldBase.Word), new("as_id"), new("slot"), new("gfn", FieldBase.Hex), new("npages"),
        new("hva", FieldBase.Hex), new("flags", FieldBase.Hex), new("change", FieldBase.Word), new("mm", FieldBase.Hex),
    ];

    /// <summary>Creates the parser.</summary>
    public Memslot()
        : base(Specs)
    {
    }

    /// <inheritdoc/>
    public override bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        if (!fields.Has(3) || !fields.Has(4) || !fields.Has(5))
        {
            return false;
        }
        e.Kind = TraceEventKind.Memslot;
        e.Op = fields.Text(7).SequenceEqual("delete"u8) ? TraceEventOp.Delete
            : fields.Text(7).SequenceEqual("move"u8) ? TraceEventOp.Move
            : fields.Text(7).SequenceEqual("create"u8) ? TraceEventOp.Create
            : TraceEventOp.Other;
        e.Space = AddressSpaceKind.Gfn;
        e.AsId = (byte)fields.Number(1);
        e.Slot = (int)fields.Number(2);
        e.Gfn = fields.Number(3);
        e.Npages = fields.Signed(4);
        e.Start = fields.Number(5);
        e.N0 = fields.Signed(6);
        if (fields.Has(8))
        {
            e.Mm = fields.Number(8);
        }
        if (fields.HasText(0))
        {
            e.Vm = (short)context.VmOf("kvm:", fields.Text(0));
        }
        return true;
    }
}
