using System.Globalization;
using SecondLook.Replay.Schedules;

namespace SecondLook.Pipeline.Tests.Validation;

/// <summary>The rule of marked gaps (inference.md section 5) on every text of the lossy captures: what is still called known is right.</summary>
public sealed class LossyTextTests
{
    [Theory]
    [InlineData("v6-lost-k61", "trace_pipe.txt.gz")]
    [InlineData("v6-lost-k61", "trace-inst-overwr.txt.gz")]
    [InlineData("v6-lost-k61", "report.txt.gz")]
    [InlineData("v6-lost-k72", "trace_pipe.txt.gz")]
    [InlineData("v6-lost-k72", "trace-inst-overwr.txt.gz")]
    [InlineData("v6-lost-k72", "report.txt.gz")]
    public void LossyText_AnswersStillCalledKnown_AreRight(string name, string text)
    {
        if (RepositoryFiles.Captures is not { } root || !File.Exists(Path.Combine(root, name, text)))
        {
            return;
        }
        using TemporaryFolder folder = new();
        using CaptureUnderTest capture = CaptureUnderTest.OpenText(name, text, folder.Path);
        KnownIntervals known = capture.Input.Scan.Known;
        TruthAtEvents truth = new(known, capture.Truth, capture.Input.Pages.Count);
        (int Young, int FalseYoung, int Old, int FalseOld, int Unknown) count = default;
        for (int i = 0; i < known.Intervals.Count; i++)
        {
            KnownInterval interval = known.Intervals[i];
            switch (interval.Outcome)
            {
                case IntervalOutcome.Young when !interval.HasPoint:
                    count.Young++;
                    count.FalseYoung += truth.Touched[i] ? 0 : 1;
                    break;
                case IntervalOutcome.Old:
                    count.Old++;
                    count.FalseOld += truth.Touched[i] ? 1 : 0;
                    break;
                default:
                    count.Unknown += interval.HasPoint ? 0 : 1;
                    break;
            }
        }
        Assert.True(count is { FalseYoung: 0, FalseOld: 0 }, string.Create(CultureInfo.InvariantCulture, $"{count}"));
        Assert.True(count.Young > 0 && (count.Unknown > 0 || capture.Input.Gaps.Count == 0), string.Create(CultureInfo.InvariantCulture, $"{count}"));
    }
}
