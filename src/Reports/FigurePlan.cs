using SecondLook.Reports.Drawing;

namespace SecondLook.Reports;

/// <summary>A figure ready to be drawn in both layouts: its words, its series and the code that draws it.</summary>
public sealed class FigurePlan
{
    /// <summary>One line for page one, at most 48 characters.</summary>
    public required string Short { get; init; }

    /// <summary>How to read it, one sentence.</summary>
    public required string Read { get; init; }

    /// <summary>Which decision it supports, one sentence.</summary>
    public required string Decides { get; init; }

    /// <summary>What it is drawn from, quiet type.</summary>
    public required string Source { get; init; }

    /// <summary>Axes and marks in words, for readers who cannot see it.</summary>
    public required string Description { get; init; }

    /// <summary>The series drawn.</summary>
    public required FigureSeries Series { get; init; }

    /// <summary>Height of the large layout, px.</summary>
    public double LargeHeight { get; init; } = 320;

    /// <summary>Height of the small layout, px.</summary>
    public double SmallHeight { get; init; } = 262;

    /// <summary>Whether it shows the effect of the verdict, and so is drawn faint where that is below the model's error.</summary>
    public bool ShowsEffect { get; init; }

    /// <summary>Draws it; the canvas says which layout.</summary>
    public required Action<Canvas> Draw { get; init; }

    /// <summary>Why it is not drawn; null when it is.</summary>
    public string? Missing { get; init; }

    /// <summary>A figure whose data the trace cannot give: an empty frame, and a series of its header and the reason.</summary>
    /// <param name="yTitle">Title of the vertical axis.</param>
    /// <param name="xTitle">Title of the horizontal axis.</param>
    /// <param name="columns">Columns that its series would have.</param>
    /// <param name="reason">What is missing, in numbers, and what to record next time.</param>
    public static FigurePlan Empty(string yTitle, string xTitle, IReadOnlyList<string> columns, string reason) => new()
    {
        Short = "Not drawn: see below.",
        Read = "The frame and its axes stay, so that two reports can be laid side by side.",
        Decides = "Nothing from this trace.",
        Source = reason,
        Description = "An empty frame: " + reason,
        Series = FigureSeries.Empty(columns, reason),
        LargeHeight = 240,
        Draw = canvas => EmptyFrame.Draw(canvas, yTitle, xTitle, reason),
        Missing = reason,
    };
}
