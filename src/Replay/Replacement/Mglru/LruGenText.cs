using System.Globalization;
using System.Text;

namespace SecondLook.Replay.Replacement.Mglru;

/// <summary>Prints a model's lists as the kernel's <c>lru_gen</c> and <c>lru_gen_full</c> do.</summary>
/// <remarks>Models: lru_gen_seq_show and lru_gen_seq_show_full. Omits: several nodes.</remarks>
public static class LruGenText
{
    /// <summary>The file's text.</summary>
    /// <param name="model">A model with generation lists.</param>
    /// <param name="full">lru_gen_full.</param>
    /// <returns>Lines ending in LF.</returns>
    public static string Print(ReclaimModel model, bool full)
    {
        var text = new StringBuilder();
        foreach (Memcg memcg in model.Memcgs)
        {
            string format = model.Switches.IsNew && model.Switches.AgeThenContinue ? "memcg {0} {1}\n" : "memcg {0,5} {1}\n";
            text.AppendFormat(CultureInfo.InvariantCulture, format, memcg.Id, memcg.Path);
            text.Append(" node     0\n");
            Print(text, model, memcg.Generations!, full);
        }
        return text.ToString();
    }

    private static void Print(StringBuilder text, ReclaimModel model, MglruLruvec lruvec, bool full)
    {
        bool isNew = model.Switches.IsNew;
        long min = isNew ? Math.Min(lruvec.MinSeq(0), lruvec.MinSeq(1)) : lruvec.MinSeq(0);
        long first = full ? Math.Max(0, lruvec.MaxSeq - 3) : min;
        for (long seq = first; seq <= lruvec.MaxSeq; seq++)
        {
            long age = (model.NowNs - lruvec.BornNs(seq)) / 1_000_000;
            text.Append(CultureInfo.InvariantCulture, $" {seq,10} {age,10}");
            for (int type = 0; type < 2; type++)
            {
                bool below = seq < lruvec.MinSeq(type);
                long pages = full ? lruvec.SlotPages(seq, type) : lruvec.Pages(seq, type);
                text.Append(CultureInfo.InvariantCulture, $" {pages,10}{(full && below ? 'x' : ' ')}");
            }
            text.Append('\n');
            if (full)
            {
                PrintTiers(text, model, lruvec, seq);
            }
        }
        if (full)
        {
            PrintWalk(text, model, lruvec);
        }
    }

    private static void PrintTiers(StringBuilder text, ReclaimModel model, MglruLruvec lruvec, long seq)
    {
        for (int tier = 0; tier < MglruLruvec.Tiers; tier++)
        {
            text.Append(CultureInfo.InvariantCulture, $"            {tier,10}");
            for (int type = 0; type < 2; type++)
            {
                int own = type * MglruLruvec.Tiers + tier;
                int hist = lruvec.Hist(seq) + own;
                if (seq == lruvec.MaxSeq)
                {
                    char blank = model.Switches.ForceScanWalksWithoutHw ? ' ' : 'x';
                    text.Append(CultureInfo.InvariantCulture, $" {lruvec.AvgRefaulted[own],10}R {lruvec.AvgTotal[own],10}T {0,10}{blank}");
                }
                else if (seq == lruvec.MinSeq(type) || lruvec.HistGens > 1)
                {
                    bool current = seq == lruvec.MinSeq(type);
                    text.Append(CultureInfo.InvariantCulture, $" {lruvec.Refaulted[hist],10}{(current ? 'r' : 'R')}");
                    text.Append(CultureInfo.InvariantCulture, $" {lruvec.Evicted[hist],10}{(current ? 'e' : 'E')}");
                    text.Append(CultureInfo.InvariantCulture, $" {lruvec.Protected[hist],10}{(current ? 'p' : 'P')}");
                }
                else
                {
                    text.Append(CultureInfo.InvariantCulture, $" {0,10}x {0,10}x {0,10}x");
                }
            }
            text.Append('\n');
        }
    }

    private static void PrintWalk(StringBuilder text, ReclaimModel model, MglruLruvec lruvec)
    {
        // 6.1 prints six figures: total, old, young leaves, then tables total, found, added.
        long[] walk = lruvec.WalkStatsLast;
        text.Append("                      ");
        if (model.Switches.ForceScanWalksWithoutHw)
        {
            text.Append(CultureInfo.InvariantCulture, $" {walk[0],10}l {walk[0] - walk[1],10}o {walk[1],10}y {walk[2],10}n {walk[2],10}f {walk[3],10}a");
        }
        else
        {
            text.Append(CultureInfo.InvariantCulture, $" {walk[0],10}t {walk[1],10}y {walk[2],10}f {walk[3],10}a");
        }
        text.Append('\n');
    }
}
