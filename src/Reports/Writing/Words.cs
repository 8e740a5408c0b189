using SecondLook.Contracts.Jobs;

namespace SecondLook.Reports.Writing;

/// <summary>Phrases that page, mail and JSON share.</summary>
internal static class Words
{
    /// <summary>The command that makes the report again; base names only.</summary>
    public static string Reproduce(Job job) => $"secondlook run {job.Name}.json --set seed={job.Seed}";

    /// <summary>Kind of machine, span and size, as far as known.</summary>
    public static string Capture(ReportModel report)
    {
        List<string> words = [];
        if (report.Run.Trace.Identity.TryGetValue("kernel", out string? kernel) && kernel.Length > 0)
        {
            words.Add("kernel " + kernel);
        }
        if (report.Run.Facts.Mmu.Count > 0)
        {
            words.Add(string.Join(" and ", report.Run.Facts.Mmu.Select(m => m switch { "tdp" => "x86 TDP MMU", "shadow" => "x86 shadow MMU", "nested" => "an L2 on shadow pages", "stage2" => "arm64 stage 2", _ => m })));
        }
        if (report.Run.Facts.FootprintPages > 0)
        {
            words.Add($"{Numbers.Digits3(report.Run.Facts.FootprintPages / 256.0)} MiB touched");
        }
        words.Add(Numbers.Span(report.Run.Facts.SpanNs));
        words.Add($"{Numbers.Count(report.Run.Facts.Harvests)} harvests");
        return string.Join(", ", words);
    }

    /// <summary>The demand in words.</summary>
    public static string Demand(ReportModel report) => report.Run.HeadCapacity is { } capacity
        ? $"capacity {Numbers.Count(capacity)} pages"
        : report.Run.Facts.Demand.Replace('-', ' ');
}
