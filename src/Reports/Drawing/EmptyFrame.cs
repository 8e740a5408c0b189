namespace SecondLook.Reports.Drawing;

/// <summary>A figure that cannot be drawn: its frame and axis titles stay, and it says what is missing and what to record.</summary>
public static class EmptyFrame
{
    /// <summary>Draws the frame.</summary>
    /// <param name="canvas">Where to draw.</param>
    /// <param name="yTitle">Title of the vertical axis.</param>
    /// <param name="xTitle">Title of the horizontal axis.</param>
    /// <param name="reason">What is missing, in numbers, and what to record next time.</param>
    public static void Draw(Canvas canvas, string yTitle, string xTitle, string reason)
    {
        double top = 26;
        double bottom = canvas.Height - 36;
        canvas.Rectangle("emp", 1, top, canvas.Width - 2, bottom - top);
        canvas.Text("ax-t", 0, 15, yTitle);
        canvas.Text("ax-t", canvas.Width, bottom + 20, xTitle, TextAnchor.End);
        double lineHeight = 17;
        List<string> lines = Wrap(reason, (int)((canvas.Width - 36) / (11.5 * LabelBox.EmPerCharacter)));
        double y = ((top + bottom) / 2) - (lines.Count * lineHeight / 2);
        canvas.Text("b", 18, y, "Not drawn.");
        foreach (string line in lines)
        {
            y += lineHeight;
            canvas.Text("nt", 18, y, line);
        }
    }

    /// <summary>Breaks text at spaces into lines of at most so many characters.</summary>
    public static List<string> Wrap(string text, int width)
    {
        List<string> lines = [];
        string line = "";
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                lines.Add(line);
                line = "";
            }
            line = line.Length == 0 ? word : line + " " + word;
        }
        if (line.Length > 0)
        {
            lines.Add(line);
        }
        return lines;
    }
}
