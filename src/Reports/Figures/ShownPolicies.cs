using SecondLook.Reports.Drawing;
using SecondLook.Reports.Facts;

namespace SecondLook.Reports.Figures;

/// <summary>Which policies a drawing has room for: the two of the verdict, the references, then job order. The CSV beside it has all.</summary>
internal static class ShownPolicies
{
    private const int MostSmall = 5;
    private const int MostLarge = 10;

    /// <summary>The items to draw, and says in the drawing how many it leaves out.</summary>
    /// <param name="canvas">The drawing.</param>
    /// <param name="items">One item a policy, job order.</param>
    /// <param name="policyOf">The policy of an item.</param>
    /// <param name="right">Right edge of the plot area, px, where the note ends.</param>
    public static List<T> Of<T>(Canvas canvas, IReadOnlyList<T> items, Func<T, PolicyReplay> policyOf, double right)
    {
        int room = canvas.Small ? MostSmall : MostLarge;
        if (items.Count <= room)
        {
            return [.. items];
        }
        HashSet<T> kept = [.. items.Where(i => policyOf(i).Mark.IsKey || policyOf(i).IsReference)];
        foreach (T item in items)
        {
            if (kept.Count >= room)
            {
                break;
            }
            kept.Add(item);
        }
        canvas.Text("it", right, 22, $"+{items.Count - kept.Count} in CSV", TextAnchor.End);
        return [.. items.Where(kept.Contains)];
    }
}
