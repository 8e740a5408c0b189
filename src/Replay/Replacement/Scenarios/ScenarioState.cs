using System.Globalization;
using System.Text.Json;
using SecondLook.Replay.Replacement.Lists;
using SecondLook.Replay.Replacement.Mglru;

namespace SecondLook.Replay.Replacement.Scenarios;

/// <summary>Writes the state after one scenario event.</summary>
internal static class ScenarioState
{
    public static void Write(Utf8JsonWriter writer, ScenarioHost host, string op, int rc, bool detail)
    {
        writer.WriteStartObject();
        writer.WriteString("op", op);
        writer.WriteNumber("rc", rc);
        ReclaimCounters counters = host.Memcg.Counters;
        writer.WriteStartObject("counters");
        writer.WriteNumber("pgscan", counters.PgScan[0] + counters.PgScan[1]);
        writer.WriteNumber("pgsteal", counters.PgSteal[0] + counters.PgSteal[1]);
        writer.WriteNumber("pgrefill", counters.PgRefill);
        writer.WriteNumber("refault", counters.Refault[0] + counters.Refault[1]);
        writer.WriteNumber("ws_activate", counters.WorkingsetActivate[0] + counters.WorkingsetActivate[1]);
        writer.WriteNumber("ws_restore", counters.WorkingsetRestore[0] + counters.WorkingsetRestore[1]);
        writer.WriteEndObject();
        if (host.Memcg.Generations is MglruLruvec lruvec)
        {
            WriteGenerations(writer, lruvec);
        }
        else
        {
            host.Memcg.Lists!.WriteSizes(writer);
        }
        writer.WriteStartArray("evicted");
        FolioTable folios = host.Model.Folios;
        for (int i = 0; i < host.Pages; i++)
        {
            if (host.Known(i) && !folios.Has(host.First + i, FolioFlags.Resident))
            {
                writer.WriteNumberValue(i);
            }
        }
        writer.WriteEndArray();
        if (detail)
        {
            WriteDetail(writer, host);
        }
        writer.WriteEndObject();
    }

    private static void WriteGenerations(Utf8JsonWriter writer, MglruLruvec lruvec)
    {
        writer.WriteStartObject("state");
        writer.WriteStartArray("min_seq");
        writer.WriteNumberValue(lruvec.MinSeq(0));
        writer.WriteNumberValue(lruvec.MinSeq(1));
        writer.WriteEndArray();
        writer.WriteNumber("max_seq", lruvec.MaxSeq);
        writer.WriteStartArray("gens");
        for (long seq = Math.Min(lruvec.MinSeq(0), lruvec.MinSeq(1)); seq <= lruvec.MaxSeq; seq++)
        {
            writer.WriteStartArray();
            writer.WriteNumberValue(seq);
            writer.WriteNumberValue(lruvec.Pages(seq, 0));
            writer.WriteNumberValue(lruvec.Pages(seq, 1));
            writer.WriteEndArray();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteDetail(Utf8JsonWriter writer, ScenarioHost host)
    {
        FolioTable folios = host.Model.Folios;
        if (host.Memcg.Generations is not MglruLruvec lruvec)
        {
            host.Memcg.Lists!.WriteLists(writer, folios, host.First);
            return;
        }
        writer.WriteStartObject("gen");
        for (int i = 0; i < host.Pages; i++)
        {
            int gen = folios.GenOf(host.First + i);
            if (gen != 0)
            {
                writer.WriteNumber(i.ToString(CultureInfo.InvariantCulture), lruvec.SeqOf(gen));
            }
        }
        writer.WriteEndObject();
        writer.WriteStartObject("lists");
        for (long seq = lruvec.MinSeq(0); seq <= lruvec.MaxSeq; seq++)
        {
            FolioList list = lruvec.Lists[lruvec.Index((int)(seq & 3), 0, 0)];
            if (list.IsEmpty)
            {
                continue;
            }
            writer.WriteStartArray(seq.ToString(CultureInfo.InvariantCulture));
            for (int folio = list.Head; folio >= 0; folio = folios.Next[folio])
            {
                writer.WriteNumberValue(folio - host.First);
            }
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
    }
}
