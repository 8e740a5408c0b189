using SecondLook.Reports.Drawing;
using SecondLook.Reports.Tests.Fixtures;

namespace SecondLook.Reports.Tests.Figures;

public sealed class LayoutTests
{
    public static TheoryData<string> Names => [.. FixtureRuns.All.Select(o => o.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Labels_InBothLayouts_NeitherOverlapNorLeaveThePicture(string name)
    {
        FixtureRun run = SharedRuns.Of(name);
        ReportModel report = ReportModel.Compute(run.Job, run.Folder, CancellationToken.None);
        foreach (DrawnFigure figure in DrawnFigure.All(report, CancellationToken.None))
        {
            foreach (SvgCanvas canvas in (SvgCanvas[])[figure.Large, figure.Small])
            {
                string place = $"{figure.Id} {canvas.Layout} of {name}";
                for (int i = 0; i < canvas.Labels.Count; i++)
                {
                    LabelBox box = canvas.Labels[i];
                    Assert.True(box.Left >= -1 && box.Right <= canvas.Width + 1 && box.Top >= -1 && box.Bottom <= canvas.Height + 1, $"{place}: '{box.Text}' leaves the picture {box}");
                    for (int k = 0; k < i; k++)
                    {
                        Assert.False(box.Overlaps(canvas.Labels[k]), $"{place}: '{box.Text}' overlaps '{canvas.Labels[k].Text}'");
                    }
                }
                Assert.InRange(canvas.Height, 200, canvas.Small ? 690 : 460);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Words_OfEveryFigure_AreWhatPageOneHasRoomFor(string name)
    {
        FixtureRun run = SharedRuns.Of(name);
        ReportModel report = ReportModel.Compute(run.Job, run.Folder, CancellationToken.None);
        foreach (DrawnFigure figure in DrawnFigure.All(report, CancellationToken.None))
        {
            Assert.InRange(figure.Plan.Short.Length, 5, 48);
            Assert.EndsWith(".", figure.Plan.Read, StringComparison.Ordinal);
            Assert.EndsWith(".", figure.Plan.Decides, StringComparison.Ordinal);
            // Header and reason, or header and rows: never an empty file, never a row of another width.
            string[] lines = figure.Plan.Series.ToCsv().TrimEnd('\n').Split('\n');
            Assert.True(lines.Length > 1, figure.Id);
            Assert.Equal(figure.Plan.Missing is not null, lines[1].StartsWith("# not drawn: ", StringComparison.Ordinal));
        }
    }
}
