using System.Text;
using System.Text.Json;

namespace SecondLook.Replay.Calibration;

/// <summary>Writes <c>calibration.json</c> (product.md 5.3), with the pooled figures beside the single ones.</summary>
public static class CalibrationJson
{
    /// <summary>The file's text.</summary>
    public static string Write(List<CalibratedCapture> captures)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("schema", "calibration/1.0");
            json.WriteStartArray("captures");
            foreach (CalibratedCapture capture in captures)
            {
                WriteCapture(json, capture);
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }

    private static void WriteCapture(Utf8JsonWriter json, CalibratedCapture capture)
    {
        json.WriteStartObject();
        json.WriteString("name", capture.Name);
        json.WriteString("policy", capture.Policy);
        json.WriteString("accesses", capture.Accesses);
        json.WriteString("mode", capture.Mode);
        json.WriteStartArray("snapshots");
        foreach (CalibratedSnapshot snapshot in capture.Snapshots)
        {
            json.WriteStartObject();
            json.WriteString("name", snapshot.Name);
            json.WriteNumber("generation_error", Math.Round(snapshot.GenerationError, 6));
            json.WriteNumber("max_seq_offset", snapshot.MaxSeqOffset);
            WriteSizes(json, "real", snapshot.Real);
            WriteSizes(json, "modelled", snapshot.Modelled);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("residencies");
        long real = 0;
        long modelled = 0;
        long common = 0;
        foreach (CalibratedResidency residency in capture.Residencies)
        {
            json.WriteStartObject();
            json.WriteString("name", residency.Name);
            json.WriteNumber("real", residency.Real);
            json.WriteNumber("modelled", residency.Modelled);
            json.WriteNumber("common", residency.Common);
            json.WriteNumber("jaccard", Math.Round(residency.Jaccard, 6));
            json.WriteEndObject();
            real += residency.Real;
            modelled += residency.Modelled;
            common += residency.Common;
        }
        json.WriteEndArray();
        json.WriteStartObject("counters");
        foreach ((string name, (long kernel, long model)) in capture.Counters)
        {
            json.WriteStartArray(name);
            json.WriteNumberValue(kernel);
            json.WriteNumberValue(model);
            json.WriteEndArray();
        }
        json.WriteEndObject();
        json.WriteStartObject("pooled");
        if (capture.Residencies.Count > 0)
        {
            Share(json, "precision", common, modelled);
            Share(json, "recall", common, real);
            json.WriteNumber("jaccard", real + modelled == common ? 1 : Math.Round((double)common / (real + modelled - common), 6));
        }
        if (capture.MeanGenerationError is double error)
        {
            json.WriteNumber("mean_generation_error", Math.Round(error, 6));
        }
        if (capture.MeanJaccard is double mean)
        {
            json.WriteNumber("mean_jaccard", Math.Round(mean, 6));
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Share(Utf8JsonWriter json, string name, long part, long whole)
    {
        if (whole > 0)
        {
            json.WriteNumber(name, Math.Round((double)part / whole, 6));
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void WriteSizes(Utf8JsonWriter json, string name, IReadOnlyList<long> sizes)
    {
        json.WriteStartArray(name);
        foreach (long size in sizes)
        {
            json.WriteNumberValue(size);
        }
        json.WriteEndArray();
    }
}
