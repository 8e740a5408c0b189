using System.Globalization;

namespace SecondLook.Ingest.Capture;

/// <summary>One line of <c>truth.csv</c>: an access as the guest itself recorded it.</summary>
/// <param name="MonoNs">When it ended, CLOCK_MONOTONIC.</param>
/// <param name="Vcpu">Virtual CPU, -1 for the host process.</param>
/// <param name="Step">Step of the plan.</param>
/// <param name="Gfn">Guest frame.</param>
/// <param name="Op">R, W; HR, HW host; MR, MW MMIO; NR, NW a nested guest (L2), by L1 frame.</param>
internal readonly record struct TruthLine(long MonoNs, int Vcpu, int Step, ulong Gfn, string Op)
{
    /// <summary>Reads <c>t_mono_ns,vcpu,step,gfn,op</c>.</summary>
    public static bool TryRead(string line, out TruthLine access)
    {
        access = default;
        ReadOnlySpan<char> text = line;
        if (!Next(ref text, out ReadOnlySpan<char> ns) || !Next(ref text, out ReadOnlySpan<char> vcpu) || !Next(ref text, out ReadOnlySpan<char> step)
            || !Next(ref text, out ReadOnlySpan<char> gfn))
        {
            return false;
        }
        bool hex = gfn.StartsWith("0x", StringComparison.Ordinal);
        if (!long.TryParse(ns, NumberStyles.None, CultureInfo.InvariantCulture, out long monoNs)
            || !int.TryParse(vcpu, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int cpu)
            || !int.TryParse(step, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
            || !ulong.TryParse(hex ? gfn[2..] : gfn, hex ? NumberStyles.HexNumber : NumberStyles.None, CultureInfo.InvariantCulture, out ulong frame))
        {
            return false;
        }
        ReadOnlySpan<char> op = text.Trim();
        access = new TruthLine(monoNs, cpu, number, frame, op switch
        {
            "R" => "R",
            "W" => "W",
            "HR" => "HR",
            "HW" => "HW",
            "MR" => "MR",
            "MW" => "MW",
            "NR" => "NR",
            "NW" => "NW",
            _ => op.ToString(),
        });
        return true;
    }

    private static bool Next(ref ReadOnlySpan<char> text, out ReadOnlySpan<char> field)
    {
        int comma = text.IndexOf(',');
        field = comma < 0 ? default : text[..comma];
        text = comma < 0 ? default : text[(comma + 1)..];
        return comma >= 0;
    }
}
