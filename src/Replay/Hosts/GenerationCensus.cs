using SecondLook.Replay.Replacement.Mglru;

namespace SecondLook.Replay.Hosts;

/// <summary>Counts the data pages of a host by generation.</summary>
public static class GenerationCensus
{
    /// <summary>Sequence of the generation that a guest page belongs to by its field; -1 when it is on no list.</summary>
    public static long SeqOf(HostModel host, int page)
    {
        int gen = host.Reclaim.Folios.GenOf(host.ModelPageOf(page));
        return gen == 0 ? -1 : host.MemcgOf(host.ModelPageOf(page)).Generations!.SeqOf(gen);
    }

    /// <summary>Adds a row for each generation; none where processes have cgroups of their own, whose sequences have nothing to do with each other.</summary>
    public static void Take(HostModel host, int pages, ReplayRecorder recorder, string label)
    {
        if (host.Memcg.Generations is not MglruLruvec lruvec || host.Memcgs > 1)
        {
            return;
        }
        Span<long> all = stackalloc long[4];
        Span<long> hot = stackalloc long[4];
        for (int p = 0; p < pages; p++)
        {
            if (!recorder.IsResident(p))
            {
                continue;
            }
            long seq = SeqOf(host, p);
            if (seq >= 0)
            {
                all[(int)(seq & 3)]++;
                hot[(int)(seq & 3)] += recorder.IsHot(p) ? 1 : 0;
            }
        }
        for (long seq = lruvec.MinSeq(0); seq <= lruvec.MaxSeq; seq++)
        {
            recorder.Record.Generations.Add(new GenerationRow(recorder.NowNs, label, lruvec.MaxSeq, seq, lruvec.BornNs(seq), all[(int)(seq & 3)], hot[(int)(seq & 3)]));
        }
    }

    /// <summary>Resident pages that the policy believes untouched for an age: those of generations whose successor is at least that old.</summary>
    public static long BelievedCold(HostModel host, int pages, ReplayRecorder recorder)
    {
        if (host.Memcg.Generations is null)
        {
            return -1;
        }
        long cold = 0;
        for (int p = 0; p < pages; p++)
        {
            long seq = recorder.IsResident(p) ? SeqOf(host, p) : -1;
            if (seq < 0)
            {
                continue;
            }
            MglruLruvec lruvec = host.MemcgOf(host.ModelPageOf(p)).Generations!;
            // Generation S holds what was seen in use before S + 1 was born.
            cold += seq < lruvec.MaxSeq && lruvec.BornNs(seq + 1) <= recorder.NowNs - recorder.ColdAgeNs ? 1 : 0;
        }
        return cold;
    }
}
