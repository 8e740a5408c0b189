using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>The guest is entered.</summary>
/// <remarks>Accepts: x86 with and without rip, comma and exit information; the arm64 <c>PC:</c> form.</remarks>
[CatalogEntry("kvm_entry", "The guest is entered")]
public sealed class KvmEntry : ITracepoint
{
    private static readonly FieldSpec[] Specs = [
        new("vcpu_id"), new("rip", FieldBase.Ignore), new("immediate_exit", FieldBase.Ignore),
        new("intr_info", FieldBase.Ignore), new("error_code", FieldBase.Ignore), new("vcpu_pc", FieldBase.Ignore),
    ];

    private static readonly string[] Printed = [
        "vcpu {vcpu_id:d}, rip {rip:p}",
        "vcpu {vcpu_id:d}, rip {rip:p} intr_info {intr_info:p} error_code {error_code:p}"
    ];

    /// <inheritdoc/>
    public ReadOnlySpan<FieldSpec> Fields => Specs;

    /// <inheritdoc/>
    public ReadOnlySpan<string> PrintedForms => Printed;

    /// <inheritdoc/>
    public bool TryParse(ref FieldCursor text, ref TraceEvent e, DecodeContext context)
    {
        e.Kind = TraceEventKind.VcpuEntry;
        // A plug-in made for x86 finds no vcpu on arm64 and prints its complaint before the kernel's own text.
        int pc = text.Rest.StartsWith("CAN'T FIND FIELD"u8) ? text.Rest.IndexOf("PC: "u8) : -1;
        if (pc > 0)
        {
            text = new FieldCursor(text.Rest[pc..]);
        }
        if (text.Skip("PC: "u8))
        {
            return text.TryHex(out _);
        }
        if (!text.Skip("vcpu "u8) || !text.TryVcpu(out short vcpu))
        {
            return false;
        }
        e.Vcpu = vcpu;
        _ = text.TakeRest();
        return true;
    }

    /// <inheritdoc/>
    public bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context)
    {
        e.Kind = TraceEventKind.VcpuEntry;
        return fields.TrySetVcpu(0, ref e);
    }
}
