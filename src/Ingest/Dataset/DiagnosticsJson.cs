using System.Text.Encodings.Web;
using System.Text.Json;
using SecondLook.Contracts.Runs;
using SecondLook.Ingest.Capture;
using SecondLook.Ingest.Meaning;

namespace SecondLook.Ingest.Dataset;

/// <summary><c>diagnostics.json</c> of a dataset: everything odd about the input, counted, with places and examples.</summary>
internal static class DiagnosticsJson
{
    private const int MaxExamples = 10;

    /// <summary>Writes the file.</summary>
    public static void Write(string path, IngestRun run)
    {
        using AtomicFile file = AtomicFile.Create(path);
        using (Utf8JsonWriter json = new(file.Stream, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("schema", "diagnostics/1.0");
            Answers(json, run.State);
            Clocks(json, run.State);
            json.WritePropertyName("counters");
            DatasetMetadata.Counters(json, run);
            Events(json, run.State);
            Gaps(json, run.State);
            json.WritePropertyName("inputs");
            DatasetMetadata.Inputs(json, run.State);
            OtherEvents(json, run.State);
            Quarantine(json, run.State);
            json.WritePropertyName("repairs");
            DatasetMetadata.Repairs(json, run.State);
            Side(json, run.State);
            json.WritePropertyName("streams");
            DatasetMetadata.Streams(json, run.State);
            Disturbers(json, run.State);
            json.WriteNumber("undeclared_losses", run.State.UndeclaredLosses);
            json.WriteEndObject();
        }
        file.Commit();
    }

    private static void Answers(Utf8JsonWriter json, IngestState state)
    {
        AnswerCounts a = state.Answers;
        json.WritePropertyName("answers");
        DatasetMetadata.Numbers(json, new SortedDictionary<string, long>(StringComparer.Ordinal)
        {
            ["aging_calls"] = a.AgingCalls,
            ["test_calls"] = a.TestCalls,
            ["not_guest_memory"] = a.NotGuestMemory,
            ["young_first_after_map"] = a.YoungFirstAfterMap,
            ["young_again"] = a.YoungAgain,
            ["old"] = a.Old,
            ["not_mapped"] = a.NotMapped,
            ["unknown"] = a.Unknown,
            ["leaf_map"] = a.LeafMaps,
            ["leaf_young_cleared"] = a.LeafYoungCleared,
            ["leaf_zap"] = a.LeafZaps,
            ["old_follows"] = a.OldFollows,
            ["old_differs"] = a.OldDiffers,
            ["orphan_clears"] = a.OrphanClears,
        });
    }

    private static void Clocks(Utf8JsonWriter json, IngestState state)
    {
        json.WriteStartObject("clock");
        if (state.Streams.Count > 0)
        {
            ClockAlignment alignment = ClockAlignment.Of(state.Streams[0], state.Marks);
            json.WriteString("alignment", alignment.How);
            json.WriteNumber("marks", state.Marks.Marks.Count);
            if (state.Marks.OffsetNs is { } offset)
            {
                json.WriteNumber("marks_offset_ns", offset);
                json.WriteNumber("marks_spread_ns", state.Marks.SpreadNs);
            }
            json.WriteString("name", state.Streams[0].Clock);
            json.WriteString("reason", alignment.Reason);
            if (alignment.ShiftNs is { } shift)
            {
                json.WriteNumber("shift_ns", shift);
            }
        }
        json.WriteEndObject();
    }

    private static void Events(Utf8JsonWriter json, IngestState state)
    {
        SortedDictionary<string, long> parsed = new(StringComparer.Ordinal);
        SortedDictionary<string, long> failed = new(StringComparer.Ordinal);
        foreach (TracepointTable.Entry entry in state.Tracepoints.Entries)
        {
            if (entry.Parsed > 0)
            {
                parsed[entry.Name] = entry.Parsed;
            }
            // A form that is not known at all is worth a line of its own; single torn lines are not.
            if (entry.Failed * 20 > entry.Failed + entry.Parsed)
            {
                failed[entry.Name] = entry.Failed;
            }
        }
        json.WritePropertyName("events_by_name");
        DatasetMetadata.Numbers(json, parsed);
        json.WritePropertyName("form_not_known");
        DatasetMetadata.Numbers(json, failed);
    }

    private static void Gaps(Utf8JsonWriter json, IngestState state)
    {
        SortedDictionary<string, long> marks = new(StringComparer.Ordinal);
        SortedDictionary<string, long> lost = new(StringComparer.Ordinal);
        foreach (GapSpan gap in state.Gaps)
        {
            marks[gap.Cause] = marks.GetValueOrDefault(gap.Cause) + 1;
            lost[gap.Cause] = lost.GetValueOrDefault(gap.Cause) + (gap.Lost ?? 0);
        }
        json.WriteStartObject("gaps");
        json.WritePropertyName("lost");
        DatasetMetadata.Numbers(json, lost);
        json.WritePropertyName("marks");
        DatasetMetadata.Numbers(json, marks);
        json.WriteEndObject();
    }

    private static void OtherEvents(Utf8JsonWriter json, IngestState state)
    {
        SortedDictionary<string, long> other = new(StringComparer.Ordinal);
        foreach (TracepointTable.Entry entry in state.Tracepoints.Entries)
        {
            if (entry.Other > 0)
            {
                other[entry.Name] = entry.Other;
            }
        }
        json.WritePropertyName("other_events_by_name");
        DatasetMetadata.Numbers(json, other);
    }

    private static void Quarantine(Utf8JsonWriter json, IngestState state)
    {
        json.WriteStartObject("quarantine");
        foreach ((string reason, long count) in state.Quarantine.Counts)
        {
            json.WriteStartObject(reason);
            json.WriteNumber("count", count);
            json.WriteStartArray("examples");
            int shown = 0;
            foreach (QuarantineRow row in state.Quarantine.Rows)
            {
                if (row.Reason == reason && shown++ < MaxExamples)
                {
                    json.WriteStartObject();
                    json.WriteString("input", state.Inputs[row.FileNo].Name);
                    json.WriteNumber("line", row.Line);
                    json.WriteString("text", row.Text);
                    json.WriteEndObject();
                }
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void Side(Utf8JsonWriter json, IngestState state)
    {
        json.WriteStartArray("side_file_problems");
        int shown = 0;
        foreach ((string file, int line, string reason, string text) in state.SideProblems)
        {
            if (shown++ < 100)
            {
                json.WriteStartObject();
                json.WriteString("file", file);
                json.WriteNumber("line", line);
                json.WriteString("reason", reason);
                json.WriteString("text", text.Length > 200 ? text[..200] : text);
                json.WriteEndObject();
            }
        }
        json.WriteEndArray();
        json.WriteNumber("side_file_problem_count", state.SideProblems.Count);
    }

    // Tasks that ask without being reclaim: DAMON, khugepaged. Their calls clear bits like any other.
    private static void Disturbers(Utf8JsonWriter json, IngestState state)
    {
        json.WriteStartArray("tasks_that_ask");
        foreach (TaskRecord task in state.Tasks.Sorted())
        {
            if (task.AgingCalls + task.TestCalls == 0)
            {
                continue;
            }
            json.WriteStartObject();
            json.WriteNumber("aging_calls", task.AgingCalls);
            json.WriteString("comm", task.CommId >= 0 ? state.Strings[task.CommId] : "");
            json.WriteBoolean("is_reclaim", task.Role is not ("kdamond" or "khugepaged"));
            json.WriteString("role", task.Role ?? "reclaimer");
            json.WriteNumber("test_calls", task.TestCalls);
            json.WriteNumber("tid", task.Tid);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
