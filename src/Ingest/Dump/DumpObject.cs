using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using SecondLook.Ingest.Meaning;

namespace SecondLook.Ingest.Dump;

/// <summary>The one JSON object of <c>dump --json</c>, as the formats corpus defines it.</summary>
internal static class DumpObject
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Prints it.</summary>
    public static void Write(IngestRun run, EventJson events, TextWriter output)
    {
        IngestState state = run.State;
        output.Write($"{{\"container\":{Quote(ContainerOf(state))}");
        if (state.Streams.Count > 0)
        {
            StreamFacts stream = state.Streams[0];
            output.Write($",\"clock\":{{\"name\":{Quote(stream.Clock)},\"unit\":{Quote(stream.Unit)}}}");
        }
        output.Write(",\"events\":[");
        WriteAll(events.Events, output);
        output.Write("],\n\"gaps\":[");
        WriteAll(events.Gaps, output);
        output.Write("],\n\"quarantine\":[");
        WriteQuarantine(state, output);
        output.Write("],\n\"repairs\":{");
        string comma = "";
        for (int i = 0; i < state.Context.Repairs.Length; i++)
        {
            if (state.Context.Repairs[i] != 0)
            {
                output.Write($"{comma}\"{RepairNames.Of((RepairKind)i)}\":{state.Context.Repairs[i]}");
                comma = ",";
            }
        }
        output.Write($"}},\n\"counters\":{{\"events\":{run.Sink.EventCount},\"gaps\":{run.Sink.GapCount},\"quarantined\":{state.Quarantine.Total}");
        output.Write($",\"other_events\":{run.Sink.OtherEventCount},\"other_lines\":{state.OtherLines}}},\n\"other_events_by_name\":{{");
        WriteOther(state, output);
        output.Write("},\n\"identity\":[");
        WriteIdentity(state, output);
        output.WriteLine("]}");
    }

    /// <summary>Container of all inputs together.</summary>
    public static string ContainerOf(IngestState state)
    {
        string container = state.Inputs.Count > 0 ? state.Inputs[0].Container : "unknown";
        foreach (InputFacts input in state.Inputs)
        {
            if (input.Container != container)
            {
                return "mixed";
            }
        }
        return container;
    }

    private static void WriteAll(IEnumerable<byte[]> objects, TextWriter output)
    {
        string comma = "\n";
        foreach (byte[] json in objects)
        {
            output.Write(comma);
            output.Write(Encoding.UTF8.GetString(json));
            comma = ",\n";
        }
    }

    private static void WriteQuarantine(IngestState state, TextWriter output)
    {
        string comma = "\n";
        foreach (QuarantineRow row in state.Quarantine.Rows)
        {
            bool binary = state.Inputs[row.FileNo].IsBinary;
            string file = state.Inputs.Count > 1 ? $",\"file\":{Quote(state.Inputs[row.FileNo].Name)}" : "";
            output.Write($"{comma}{{\"{(binary ? "record" : "line")}\":{row.Line}{file},\"reason\":{Quote(row.Reason)},\"byte_offset\":{row.ByteOffset},\"text\":{Quote(row.Text)}}}");
            comma = ",\n";
        }
    }

    private static void WriteOther(IngestState state, TextWriter output)
    {
        SortedDictionary<string, long> other = new(StringComparer.Ordinal);
        foreach (TracepointTable.Entry entry in state.Tracepoints.Entries)
        {
            if (entry.Other > 0)
            {
                other[entry.Name] = entry.Other;
            }
        }
        string comma = "";
        foreach ((string name, long count) in other)
        {
            output.Write($"{comma}{Quote(name)}:{count}");
            comma = ",";
        }
    }

    private static void WriteIdentity(IngestState state, TextWriter output)
    {
        string comma = "\n";
        foreach (TaskRecord task in state.Tasks.Sorted())
        {
            output.Write($"{comma}{{\"tid\":{task.Tid}");
            if (task.Tgid >= 0)
            {
                output.Write($",\"tgid\":{task.Tgid}");
            }
            if (task.CommId >= 0 || task.FullName is not null)
            {
                output.Write($",\"comm\":{Quote(task.FullName ?? state.Strings[task.CommId])}");
            }
            if (task.Role is not null)
            {
                output.Write($",\"role\":{Quote(task.Role)}");
            }
            if (task.Vcpu >= 0)
            {
                output.Write($",\"vcpu\":{task.Vcpu}");
            }
            if (task.Vm >= 0)
            {
                output.Write($",\"vm\":{Quote(state.Vms.Names[task.Vm])}");
            }
            output.Write('}');
            comma = ",\n";
        }
    }

    private static string Quote(string text) => JsonSerializer.Serialize(text, Relaxed);
}
