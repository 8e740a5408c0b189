namespace SecondLook.Reports;

/// <summary>One picture of the report, from finished tables; it has no access to the model.</summary>
public interface IFigure
{
    /// <summary>What it is, a noun.</summary>
    string Title { get; }

    /// <summary>Decides what to draw, or why it cannot be drawn.</summary>
    /// <param name="report">The report's numbers.</param>
    FigurePlan Plan(ReportModel report);
}
