using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using SecondLook.Contracts.Runs;

namespace SecondLook.Pipeline.Tests.Validation;

/// <summary>A clean capture is damaged by known amounts: the headline never moves further than the trust box says.</summary>
public sealed partial class CorruptionTests
{
    private const string Capture = "v1-tdp-mglru-k612-small";
    private const int Seeds = 20;

    [Fact]
    public void CleanCapture_Corrupted_HeadlineStaysInsideTheTrustBound()
    {
        if (RepositoryFiles.Captures is null)
        {
            return;
        }
        CorruptedCapture capture = new(Capture);
        double clean = capture.Report(capture.Lines)!.Value.Effect;
        (string Kind, Func<IReadOnlyList<string>, Xoshiro256, List<string>> Damage)[] kinds =
        [
            ("1 % of the events lost in 4 marked gaps", Marked),
            ("0.2 % of the lines dropped without a mark", Unmarked),
            ("50 neighbouring lines swapped", Swapped),
            ("clock stepped back by 100 ms", (lines, random) => Stepped(lines, random, -100_000)),
            ("clock stepped forward by 100 ms", (lines, random) => Stepped(lines, random, 100_000)),
        ];
        StringBuilder table = new("| damage | seeds with a headline | largest shift, points | largest bound | outside |\n|---|---|---|---|---|\n");
        List<string> wrong = [];
        foreach ((string kind, Func<IReadOnlyList<string>, Xoshiro256, List<string>> damage) in kinds)
        {
            double shift = 0;
            double bound = 0;
            int headlines = 0;
            int outside = 0;
            for (int seed = 1; seed <= Seeds; seed++)
            {
                Xoshiro256 random = new((ulong)seed, kind, 0);
                if (capture.Report(damage(capture.Lines, random)) is not { } report)
                {
                    continue;
                }
                headlines++;
                shift = Math.Max(shift, Math.Abs(report.Effect - clean));
                bound = Math.Max(bound, report.Bound);
                if (Math.Abs(report.Effect - clean) > report.Bound + 1e-9)
                {
                    outside++;
                    wrong.Add($"{kind}, seed {seed}: moved by {Math.Abs(report.Effect - clean):F2} points, bound {report.Bound:F2}");
                }
            }
            // Marked losses on top of marked losses compound; the table prints by how much.
            if (bound > 5 * shift + 1e-9 && damage != (Func<IReadOnlyList<string>, Xoshiro256, List<string>>)Marked)
            {
                wrong.Add($"{kind}: bound {bound:F2} is wider than five times the shift {shift:F2}");
            }
            table.Append(CultureInfo.InvariantCulture, $"| {kind} | {headlines} of {Seeds} | {shift:F1} | {bound:F1} | {outside} |\n");
        }
        ValidationPage.Compare("corruption", nameof(CorruptionTests), $"""
            ## A clean capture corrupted

            {Capture}, text damaged by a known amount at {Seeds} seeded places each, `mainline_6_12` against `mglru_6_1`: how far the effect moves, and what the trust
            box says it could move at most. A seed without a headline fell below the coverage that a headline needs.

            {table}
            """);
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static List<string> Marked(IReadOnlyList<string> lines, Xoshiro256 random)
    {
        bool[] lost = new bool[lines.Count];
        SortedDictionary<int, string> marks = [];
        for (int gap = 0; gap < 4; gap++)
        {
            int at = (int)random.NextBelow((ulong)lines.Count);
            string cpu = CpuOf(lines[at]);
            int left = lines.Count / 400;
            int i = at;
            for (; i < lines.Count && left > 0; i++)
            {
                if (cpu.Length > 0 && CpuOf(lines[i]) == cpu && !lost[i])
                {
                    lost[i] = true;
                    left--;
                }
            }
            if (cpu.Length > 0)
            {
                marks[i] = $"CPU:{int.Parse(cpu, CultureInfo.InvariantCulture)} [LOST {(lines.Count / 400) - left} EVENTS]";
            }
        }
        List<string> kept = [];
        for (int i = 0; i < lines.Count; i++)
        {
            if (marks.TryGetValue(i, out string? mark))
            {
                kept.Add(mark);
            }
            if (!lost[i])
            {
                kept.Add(lines[i]);
            }
        }
        return kept;
    }

    private static List<string> Unmarked(IReadOnlyList<string> lines, Xoshiro256 random) =>
        [.. lines.Where(l => l.StartsWith('#') || random.NextBelow(500) != 0)];

    private static List<string> Swapped(IReadOnlyList<string> lines, Xoshiro256 random)
    {
        List<string> kept = [.. lines];
        for (int i = 0; i < 50; i++)
        {
            int at = (int)random.NextBelow((ulong)(lines.Count - 1));
            if (!kept[at].StartsWith('#') && !kept[at + 1].StartsWith('#'))
            {
                (kept[at], kept[at + 1]) = (kept[at + 1], kept[at]);
            }
        }
        return kept;
    }

    private static List<string> Stepped(IReadOnlyList<string> lines, Xoshiro256 random, long us)
    {
        int from = (int)random.NextBelow((ulong)lines.Count);
        return [.. lines.Select((l, i) => i < from ? l : Stamp().Replace(l, m =>
        {
            long stamp = (long.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture) * 1_000_000) + long.Parse(m.Groups[2].Value, CultureInfo.InvariantCulture) + us;
            return string.Create(CultureInfo.InvariantCulture, $"{stamp / 1_000_000}.{stamp % 1_000_000:D6}: ");
        }, 1))];
    }

    private static string CpuOf(string line) => Cpu().Match(line) is { Success: true } m ? m.Groups[1].Value : "";

    [GeneratedRegex(@"\[(\d{3})\]")]
    private static partial Regex Cpu();

    [GeneratedRegex(@"(\d+)\.(\d{6}): ")]
    private static partial Regex Stamp();
}
