namespace SecondLook.Reports.Drawing;

/// <summary>The hue and shape by which a policy is known in the whole report.</summary>
/// <param name="Slot">1 the candidate, 2 the baseline, 3 and on the others in job order; 0 for LRU and OPT, which have no mark.</param>
public readonly record struct PolicyMark(int Slot)
{
    /// <summary>Hues; slots beyond take ink with a hollow shape.</summary>
    public const int Hues = 6;

    /// <summary>Whether the policy is a reference (LRU, OPT): quiet in tables, a dotted line in figures.</summary>
    public bool IsReference => Slot == 0;

    /// <summary>Whether it is one of the two policies of the verdict.</summary>
    public bool IsKey => Slot is 1 or 2;

    /// <summary>Style of lines.</summary>
    public string Stroke => IsReference ? "sr" : Slot <= Hues ? "s" + Slot : "s0";

    /// <summary>Style of areas.</summary>
    public string Fill => IsReference ? "rfm" : Slot <= Hues ? "p" + Slot : "p0";

    /// <summary>Draws the mark.</summary>
    /// <param name="canvas">Where to draw.</param>
    /// <param name="x">Middle, px.</param>
    /// <param name="y">Middle, px.</param>
    /// <param name="r">Radius of the disc of equal weight, px.</param>
    public void Draw(Canvas canvas, double x, double y, double r)
    {
        if (IsReference)
        {
            canvas.Circle("rfm", x, y, r * 0.8);
            return;
        }
        bool hollow = Slot > Hues;
        string style = hollow ? "mh" : "m p" + Slot;
        switch ((Slot - 1) % Hues)
        {
            case 0:
                canvas.Circle(style, x, y, r);
                break;
            case 1:
                canvas.Rectangle(style, x - (0.9 * r), y - (0.9 * r), 1.8 * r, 1.8 * r);
                break;
            case 2:
                canvas.Lines(style, [(x, y - (1.16 * r)), (x + (1.1 * r), y + (0.8 * r)), (x - (1.1 * r), y + (0.8 * r))], closed: true);
                break;
            case 3:
                canvas.Lines(style, [(x, y - (1.25 * r)), (x + (1.25 * r), y), (x, y + (1.25 * r)), (x - (1.25 * r), y)], closed: true);
                break;
            case 4:
                canvas.Lines(style, [(x, y + (1.16 * r)), (x + (1.1 * r), y - (0.8 * r)), (x - (1.1 * r), y - (0.8 * r))], closed: true);
                break;
            default:
                canvas.ManyLines(hollow ? "mxh" : "mx s" + Slot, [[(x - r, y), (x + r, y)], [(x, y - r), (x, y + r)]]);
                break;
        }
    }
}
