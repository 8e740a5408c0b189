using SecondLook.Contracts.Runs;
using SecondLook.Replay;
using SecondLook.Replay.Schedules;

namespace SecondLook.Pipeline.Tests.Validation;

/// <summary>What one lost or displaced line takes is told by its neighbours, so that the intervals and the demand stay those of the whole text.</summary>
public sealed class LostLineTests
{
    private const string Capture = "v1-tdp-mglru-k612-small";
    private const string EmptyEntry = "8000000000000000";

    [Theory]
    [InlineData("kvm_unmap_hva_range:", "unmap_lost")]
    [InlineData("new_spte " + EmptyEntry, "removal_lost")]
    [InlineData("old_spte " + EmptyEntry, "map_lost")]
    public void LostLine_OfAPageThatComesOrGoes_IsReadOffItsNeighbours(string what, string count)
    {
        if (RepositoryFiles.Captures is null)
        {
            return;
        }
        CorruptedCapture capture = new(Capture);
        CaptureInput whole = capture.Read(capture.Lines);
        // Inside commands and phases: removals after the program's end belong to no unmap.
        int[] lines = [.. Enumerable.Range(0, capture.Lines.Count).Where(i => capture.Lines[i].Contains(what, StringComparison.Ordinal) && capture.Lines[i].Contains("kvmt", StringComparison.Ordinal)
            && IsOfData(capture.Lines[i]) && i < capture.Lines.Count * 9 / 10)];
        Xoshiro256 random = new(1, what, 0);
        for (int draw = 0; draw < 5; draw++)
        {
            int lost = lines[(int)random.NextBelow((ulong)lines.Length)];
            CaptureInput rest = capture.Read(capture.Lines.Where((_, i) => i != lost));
            Assert.Equal(1, rest.Scan.Known.Counts.GetValueOrDefault(count));
            Assert.Equal(1, rest.Scan.Known.Contradictions);
            Assert.Equal(whole.Demand.Commands.Select(c => c.Unmapped), rest.Demand.Commands.Select(c => c.Unmapped));
            Assert.Equal(whole.Scan.Known.Points.Select(p => p.Page), rest.Scan.Known.Points.Select(p => p.Page));
            Assert.Equal(Touches(whole), Touches(rest));
        }
    }

    // Three clears of pages that reclaim asked on the inactive list and kept, and an unmap, whose loss shows that there are losses at all.
    [Theory]
    [InlineData("v2-tdp-classic-k612-small", "lru=inactive_anon")]
    [InlineData("v1-tdp-mglru-k61-small", "")]
    public void LostClears_OfPagesThatReclaimKept_AreReadOffTheirStay(string name, string list)
    {
        if (RepositoryFiles.Captures is null)
        {
            return;
        }
        CorruptedCapture capture = new(name);
        CaptureInput whole = capture.Read(capture.Lines);
        Assert.Equal(0, whole.Scan.Known.Counts.GetValueOrDefault("clear_lost"));
        int[] clears = [.. KeptClears(capture.Lines, list)];
        int[] unmaps = [.. Enumerable.Range(0, capture.Lines.Count * 9 / 10).Where(i => capture.Lines[i].Contains("kvm_unmap_hva_range:", StringComparison.Ordinal) && IsOfData(capture.Lines[i]))];
        Xoshiro256 random = new(1, "kept", 0);
        for (int draw = 0; draw < 3; draw++)
        {
            HashSet<int> lost = [unmaps[(int)random.NextBelow((ulong)unmaps.Length)]];
            while (lost.Count < 4)
            {
                lost.Add(clears[(int)random.NextBelow((ulong)clears.Length)]);
            }
            CaptureInput rest = capture.Read(capture.Lines.Where((_, i) => !lost.Contains(i)));
            Assert.Equal(3, rest.Scan.Known.Counts.GetValueOrDefault("clear_lost"));
            Assert.Equal(Touches(whole), Touches(rest));
        }
    }

    [Theory]
    [InlineData(Capture)]
    [InlineData("v2-tdp-classic-k612-small")]
    [InlineData("v1-tdp-mglru-k61-small")]
    public void NeighbouringLines_ThatChangePlaces_ProveTheSameTouches(string name)
    {
        if (RepositoryFiles.Captures is null)
        {
            return;
        }
        CorruptedCapture capture = new(name);
        CaptureInput whole = capture.Read(capture.Lines);
        for (ulong seed = 1; seed <= 3; seed++)
        {
            Xoshiro256 random = new(seed, "swap", 0);
            List<string> lines = [.. capture.Lines];
            for (int i = 0; i < 200; i++)
            {
                int at = (int)random.NextBelow((ulong)(lines.Count - 1));
                if (!lines[at].StartsWith('#') && !lines[at + 1].StartsWith('#'))
                {
                    (lines[at], lines[at + 1]) = (lines[at + 1], lines[at]);
                }
            }
            Assert.Equal(Touches(whole), Touches(capture.Read(lines)));
        }
    }

    // Lines that clear a bit right behind a call, of pages that are asked again before they are unmapped, and that had been asked before: what a first clear after a map says is known anyway.
    private static IEnumerable<int> KeptClears(IReadOnlyList<string> lines, string list)
    {
        bool open = list.Length == 0;
        HashSet<string> asked = [];
        for (int i = 0; i + 1 < lines.Count; i++)
        {
            if (list.Length > 0 && lines[i].Contains("mm_vmscan_lru_", StringComparison.Ordinal))
            {
                open = lines[i].Contains("mm_vmscan_lru_isolate", StringComparison.Ordinal) && lines[i].Contains(list, StringComparison.Ordinal);
            }
            if (lines[i].IndexOf("unmap range: ", StringComparison.Ordinal) is > 0 and var gone)
            {
                asked.Remove(lines[i][(gone + 13)..]);
            }
            if (!IsOfData(lines[i]) || lines[i].IndexOf("age hva: ", StringComparison.Ordinal) is not (> 0 and var at))
            {
                continue;
            }
            string range = lines[i][(at + 9)..];
            if (open && asked.Contains(range) && lines[i + 1].Contains("e67 new_spte", StringComparison.Ordinal) && lines[i + 1].EndsWith("e47", StringComparison.Ordinal)
                && lines.Skip(i + 2).FirstOrDefault(l => l.EndsWith(range, StringComparison.Ordinal)) is { } next && next.Contains("kvm_age_hva:", StringComparison.Ordinal))
            {
                yield return i + 1;
            }
            asked.Add(range);
        }
    }

    private static bool IsOfData(string line) => line.Contains("gfn 40", StringComparison.Ordinal) || line.Contains("0x006000", StringComparison.Ordinal);

    // Touches of each page that the capture proves: points, and young answers that no point explains.
    private static int[] Touches(CaptureInput input)
    {
        int[] touches = new int[input.Pages.Count];
        foreach (AccessPoint point in input.Scan.Known.Points)
        {
            touches[point.Page]++;
        }
        foreach (KnownInterval interval in input.Scan.Known.Intervals)
        {
            touches[interval.Page] += interval is { Outcome: IntervalOutcome.Young, HasPoint: false } ? 1 : 0;
        }
        return touches;
    }
}
