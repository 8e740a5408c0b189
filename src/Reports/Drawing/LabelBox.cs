namespace SecondLook.Reports.Drawing;

/// <summary>The room that a piece of text takes in a picture, as estimated without a font: 0.57 em a character (docs of the report's look).</summary>
/// <param name="Left">Left edge, px.</param>
/// <param name="Top">Top edge, px.</param>
/// <param name="Right">Right edge, px.</param>
/// <param name="Bottom">Bottom edge, px.</param>
/// <param name="Text">What it says.</param>
public readonly record struct LabelBox(double Left, double Top, double Right, double Bottom, string Text)
{
    /// <summary>Width of one character in em.</summary>
    public const double EmPerCharacter = 0.57;

    /// <summary>Whether two boxes share more than a hair.</summary>
    public bool Overlaps(in LabelBox other) =>
        Left < other.Right - 0.5 && other.Left < Right - 0.5 && Top < other.Bottom - 0.5 && other.Top < Bottom - 0.5;

    /// <summary>Area shared with another box, px squared.</summary>
    public double Shared(in LabelBox other) =>
        Math.Max(0, Math.Min(Right, other.Right) - Math.Max(Left, other.Left)) * Math.Max(0, Math.Min(Bottom, other.Bottom) - Math.Max(Top, other.Top));

    /// <summary>Box of a text set on a base line.</summary>
    /// <param name="x">Anchor, px.</param>
    /// <param name="y">Base line, px.</param>
    /// <param name="text">The text.</param>
    /// <param name="size">Font size, px.</param>
    /// <param name="anchor">Which part of the text stands at <paramref name="x"/>.</param>
    public static LabelBox Of(double x, double y, string text, double size, TextAnchor anchor)
    {
        double width = text.Length * size * EmPerCharacter;
        double left = anchor switch
        {
            TextAnchor.Start => x,
            TextAnchor.Middle => x - (width / 2),
            _ => x - width,
        };
        return new LabelBox(left, y - (0.78 * size), left + width, y + (0.22 * size), text);
    }
}

/// <summary>Which part of a text stands at its anchor point.</summary>
public enum TextAnchor
{
    /// <summary>Its beginning.</summary>
    Start,

    /// <summary>Its middle.</summary>
    Middle,

    /// <summary>Its end.</summary>
    End,
}
