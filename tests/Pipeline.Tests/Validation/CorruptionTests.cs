using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using SecondLook.Contracts.Runs;

namespace SecondLook.Pipeline.Tests.Validation;

/// <summary>Clean captures are damaged by known amounts: the headline never moves further than the trust box says.</summary>
public sealed partial class CorruptionTests
{
    private const int Seeds = 20;
    private const double MostTimesShift = 5;
    private const int KindsOfClock = 2;

    // Walks that ask KVM, none that ask (6.1), the classic lists, and the rules of the newest kernel.
    private static readonly string[] Captures = ["v1-tdp-mglru-k612-small", "v1-tdp-mglru-k61-small", "v2-tdp-classic-k612-small", "v1-tdp-mglru-k72-small"];
    private static readonly (string Kind, Func<IReadOnlyList<string>, Xoshiro256, List<string>> Damage)[] Kinds =
    [
        ("1 % of the events lost in 4 marked gaps", Marked),
        ("0.2 % of the lines dropped without a mark", Unmarked),
        ("50 neighbouring lines swapped", Swapped),
        ("clock stepped back by 100 ms", (lines, random) => Stepped(lines, random, -100_000)),
        ("clock stepped forward by 100 ms", (lines, random) => Stepped(lines, random, 100_000)),
    ];

    [Fact]
    public void CleanCaptures_Corrupted_HeadlineStaysInsideTheTrustBound()
    {
        if (RepositoryFiles.Captures is null)
        {
            return;
        }
        StringBuilder table = new("| capture | damage | seeds with a headline | largest shift, points | bound: median / widest | widest bound, times the largest shift | furthest shift, times its own bound | outside |\n|---|---|---|---|---|---|---|---|\n");
        List<string> wrong = [];
        foreach (string name in Captures)
        {
            CorruptedCapture capture = new(name);
            double clean = capture.Judge(capture.Lines)!.Value.Effect;
            // Steps of the clock are taken back by the marks of the program, whatever the kernel: one capture shows it.
            int kinds = name == Captures[0] ? Kinds.Length : Kinds.Length - KindsOfClock;
            (double Effect, double Bound)?[] judged = new (double, double)?[kinds * Seeds];
            Parallel.For(0, judged.Length, i =>
            {
                (string kind, Func<IReadOnlyList<string>, Xoshiro256, List<string>> damage) = Kinds[i / Seeds];
                judged[i] = capture.Judge(damage(capture.Lines, new Xoshiro256((ulong)(i % Seeds) + 1, kind, 0)));
            });
            for (int k = 0; k < kinds; k++)
            {
                (double Effect, double Bound)[] stated = [.. judged.Skip(k * Seeds).Take(Seeds).Where(j => j is not null).Select(j => j!.Value)];
                double shift = stated.Max(j => Math.Abs(j.Effect - clean));
                double[] bounds = [.. stated.Select(j => j.Bound).Order()];
                double times = shift > 0 ? bounds[^1] / shift : bounds[^1] > 0 ? double.PositiveInfinity : 0;
                double own = stated.Max(j => Math.Abs(j.Effect - clean) is > 0 and var moved ? moved / j.Bound : 0);
                int outside = stated.Count(j => Math.Abs(j.Effect - clean) > j.Bound + 1e-9);
                if (outside > 0 || times > MostTimesShift)
                {
                    wrong.Add($"{name}, {Kinds[k].Kind}: {outside} outside; widest bound {bounds[^1]:F2}, largest shift {shift:F2}");
                }
                table.Append(CultureInfo.InvariantCulture, $"| {name} | {Kinds[k].Kind} | {stated.Length} of {Seeds} | {shift:F1} | {bounds[bounds.Length / 2]:F1} / {bounds[^1]:F1} | {times:F1} | {own:F2} | {outside} |\n");
            }
        }
        ValidationPage.Compare("corruption", nameof(CorruptionTests), $"""
            ## Clean captures corrupted

            Texts damaged by a known amount at {Seeds} seeded places each, `mainline_6_12` against `mglru_6_1`: how far the effect moves, and what the trust
            box says it could move at most. A seed without a headline fell below the coverage that a headline needs. Under a shadow MMU no text states one.
            No single bound is wider than five times the largest shift of its row. docs/model.md says what more seeds and other captures gave.

            {table}
            """);
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void DamagedText_ReportAndItsNumbersAlone_Agree()
    {
        if (RepositoryFiles.Captures is null)
        {
            return;
        }
        CorruptedCapture capture = new(Captures[0]);
        foreach ((string kind, Func<IReadOnlyList<string>, Xoshiro256, List<string>> damage) in Kinds)
        {
            List<string> lines = damage(capture.Lines, new Xoshiro256(2, kind, 0));
            (double Effect, double Bound)? report = capture.Report(lines);
            (double Effect, double Bound)? alone = capture.Judge(lines);
            Assert.Equal(report is null, alone is null);
            Assert.True(report is null || (Math.Abs(report.Value.Effect - alone!.Value.Effect) < 1e-6 && Math.Abs(report.Value.Bound - alone.Value.Bound) < 1e-6), $"{kind}: {report}, {alone}");
        }
    }

    [Fact]
    public void ShadowCapture_Clean_StatesNoHeadline() =>
        Assert.True(RepositoryFiles.Captures is null || (new CorruptedCapture("v3-shadow-mglru-k612-small") is var capture && capture.Judge(capture.Lines) is null));

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
