using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>The guest left to the hypervisor.</summary>
/// <remarks>Accepts: x86 forms from 5.4 to 7.1 and of the trace-cmd plug-in; the arm64 form without a vcpu number.</remarks>
[CatalogEntry("kvm_exit", "The guest left to the hypervisor")]
public sealed class KvmExit : ITracepoint
{
    private static readonly FieldSpec[] Specs = [
        new("vcpu_id"), new("exit_reason", FieldBase.Word), new("guest_rip", FieldBase.Ignore), new("info1", FieldBase.Hex),
        new("info2", FieldBase.Ignore), new("intr_info", FieldBase.Ignore), new("error_code", FieldBase.Hex),
        new("esr_ec", FieldBase.Hex), new("ret", FieldBase.Ignore), new("vcpu_pc", FieldBase.Ignore),
        new("isa"),
    ];

    private static readonly string[] Printed = [
        "vcpu {vcpu_id:d} reason {exit_reason:w} rip {guest_rip:p} info1 {info1:p} info2 {info2:p} intr_info {intr_info:p} error_code {error_code:p}",
        "vcpu {vcpu_id:d} reason {exit_reason:w} rip {guest_rip:p} info1 {info1:p} info2 {info2:p} intr_info {intr_info:p} error_code {error_code:p} requests {ret:p}"
    ];

    /// <inheritdoc/>
    public ReadOnlySpan<FieldSpec> Fields => Specs;

    /// <inheritdoc/>
    public ReadOnlySpan<string> PrintedForms => Printed;

    /// <inheritdoc/>
    public bool TryParse(ref FieldCursor text, ref TraceEvent e, DecodeContext context)
    {
        short vcpu = 0;
        bool hasVcpu = text.Skip("vcpu "u8);
        if (hasVcpu && (!text.TryVcpu(out vcpu) || !text.Skip(" "u8)))
        {
            return false;
        }
        if (!text.Skip("reason "u8))
        {
            return TryArm(ref text, ref e, context);
        }
        // SVM names exceptions in two words, "PF excp"; any other word behind the reason is a flag.
        ReadOnlySpan<byte> all = text.Rest;
        ReadOnlySpan<byte> reason = text.Word();
        if (text.Skip(" excp"u8))
        {
            reason = all[..(reason.Length + 5)];
        }
        while (text.Skip(" "u8) && !text.Rest.StartsWith("rip "u8))
        {
            _ = text.Word();
        }
        if (reason.IsEmpty || !text.Skip("rip "u8) || !text.TryHex(out _))
        {
            return false;
        }
        e.Kind = TraceEventKind.VcpuExit;
        e.Text = context.Intern(reason);
        if (hasVcpu)
        {
            e.Vcpu = vcpu;
        }
        if (text.Skip(" info1 "u8) || text.Skip(" info "u8))
        {
            if (!text.TryHex(out ulong info))
            {
                return false;
            }
            e.ErrorCode = info;
        }
        _ = text.TakeRest();
        return true;
    }

    /// <inheritdoc/>
    public bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        e.Kind = TraceEventKind.VcpuExit;
        if (!fields.TrySetVcpu(0, ref e))
        {
            return false;
        }
        if (fields.Has(3))
        {
            e.ErrorCode = fields.Number(3);
        }
        if (fields.Has(7))
        {
            e.ErrorCode = fields.Number(7);
        }
        if (fields.Has(1) && ExitReasons.NameOf(fields.Number(1), fields.Number(10)) is { } name)
        {
            e.Text = context.Strings.Intern(name);
        }
        else if (fields.HasText(1))
        {
            e.Text = context.Intern(fields.Text(1));
        }
        if (fields.Has(1))
        {
            e.N0 = fields.Signed(1);
        }
        return fields.Has(1) || fields.HasText(1) || fields.Has(7);
    }

    private static bool TryArm(ref FieldCursor text, ref TraceEvent e, DecodeContext context)
    {
        int colon = text.Rest.IndexOf(": HSR_EC: "u8);
        if (colon < 0)
        {
            return false;
        }
        e.Kind = TraceEventKind.VcpuExit;
        e.Text = context.Intern(text.Rest[..colon]);
        _ = text.Skip(text.Rest[..(colon + 10)]);
        if (!text.TryHex(out ulong ec))
        {
            return false;
        }
        e.ErrorCode = ec;
        _ = text.TakeRest();
        return true;
    }
}
