using SecondLook.Contracts.Catalogs;

namespace SecondLook.Reports.Figures;

/// <summary>P13: scaling with vCPUs; an empty frame, since one capture has one number of vCPUs.</summary>
[CatalogEntry("p13", "vCPU scaling: pass time and slowdown against the number of vCPUs")]
public sealed class VcpuScaling : IFigure
{
    /// <inheritdoc/>
    public string Title => "vCPU scaling";

    /// <inheritdoc/>
    public FigurePlan Plan(ReportModel report) => FigurePlan.Empty(
        "pass time, s (log)", "vCPUs (log)", ["policy", "vcpus", "pass_time_s", "slowdown_percent"],
        "One capture is one number of vCPUs, and time under locks is not modelled: 0 pass times. Record the same guest at 1, 2, 4 and more vCPUs.");
}
