using System.Text.Json;
using SecondLook.Contracts.Events;
using SecondLook.Contracts.Tables;
using SecondLook.Parquet;
using SecondLook.Replay.Calibration;
using SecondLook.Replay.Tests.Captures;

namespace SecondLook.Replay.Tests.Calibration;

public sealed class CalibrationTests
{
    [Theory]
    [InlineData("v1-tdp-mglru-k61-small", "mglru_6_1", "mainline_7_2")]
    [InlineData("v1-tdp-mglru-k612-small", "stable_6_12_117", "mglru_6_1")]
    [InlineData("v1-tdp-mglru-k72-small", "mainline_7_2", "mglru_6_1")]
    public void Run_UnderTheRecordedKernel_FitsBetterThanUnderAnother(string name, string right, string wrong)
    {
        using CapturedRun? run = CapturedRun.Of(name);
        if (run is null)
        {
            return;
        }
        CaptureInput input = CaptureInput.Read(run.Folder.Events, name, CancellationToken.None);
        CalibratedCapture guessed = Calibrator.Run(input, null, null, "free", CancellationToken.None)!;
        CalibratedCapture other = Calibrator.Run(input, wrong, null, "free", CancellationToken.None)!;
        Assert.Equal(right, guessed.Policy);
        Assert.True(guessed.MeanGenerationError < other.MeanGenerationError, $"{guessed.MeanGenerationError} against {other.MeanGenerationError}");
        Assert.Equal(8, guessed.Snapshots.Count);
        Assert.Equal(4, guessed.Residencies.Count);
        Assert.Equal(1, guessed.Residencies[0].Jaccard);
    }

    [Theory]
    [InlineData("v1-tdp-mglru-k61-small", "mglru_6_1")]
    [InlineData("v1-tdp-mglru-k612-small", "stable_6_12_117")]
    [InlineData("v1-tdp-mglru-k72-small", "mainline_7_2")]
    [InlineData("v3-shadow-mglru-k612-small", "stable_6_12_117")]
    [InlineData("v3-shadow-mglru-k72-small", "mainline_7_2")]
    [InlineData("v6-lost-k61", "mglru_6_1")]
    [InlineData("v6-lost-k72", "mainline_7_2")]
    public void Rank_OfAnMglruCapture_TellsTheRecordedKernelByATenth(string name, string right)
    {
        using CapturedRun? run = CapturedRun.Of(name);
        if (run is null)
        {
            return;
        }
        IReadOnlyList<CalibratedCapture> ranked = ProfileFit.Rank(CaptureInput.Read(run.Folder.Events, name, CancellationToken.None), null, "free", CancellationToken.None);
        Assert.Equal(right, ranked[0].Policy);
        Assert.True(ranked[1].MeanGenerationError - ranked[0].MeanGenerationError >= 0.1, string.Join(", ", ranked.Select(c => $"{c.Policy} {c.MeanGenerationError:f3}")));
    }

    [Fact]
    public void Run_InModeFree_DoesNotReadWhatTheKernelEvicted()
    {
        using CapturedRun? run = CapturedRun.Of("v1-tdp-mglru-k612-small");
        if (run is null)
        {
            return;
        }
        CaptureInput whole = CaptureInput.Read(run.Folder.Events, run.Capture, CancellationToken.None);
        string stripped = Path.Combine(run.Folder.Root, "stripped");
        RemoveRemovals(run.Folder.Events, stripped);
        CaptureInput without = CaptureInput.Read(stripped, run.Capture, CancellationToken.None);
        Assert.Empty(without.Scan.Known.Unmaps);
        string one = CalibrationJson.Write([Calibrator.Run(whole, "stable_6_12_117", null, "free", CancellationToken.None)!]);
        string two = CalibrationJson.Write([Calibrator.Run(without, "stable_6_12_117", null, "free", CancellationToken.None)!]);
        Assert.Equal(one, two);
    }

    [Fact]
    public void Write_OfOneCapture_HasTheShapeOfTheProduct()
    {
        CalibratedCapture capture = new() { Name = "c", Policy = "p", Accesses = "truth", Mode = "free" };
        capture.Snapshots.Add(new CalibratedSnapshot("s", 0.25, -1, [1, 3], [2, 2]));
        capture.Residencies.Add(new CalibratedResidency("r", 4, 2, 2));
        capture.Residencies.Add(new CalibratedResidency("empty", 0, 0, 0));
        capture.Counters["pgscan"] = (10, 9);
        using JsonDocument json = JsonDocument.Parse(CalibrationJson.Write([capture]));
        JsonElement one = json.RootElement.GetProperty("captures")[0];
        Assert.Equal(0.25, one.GetProperty("snapshots")[0].GetProperty("generation_error").GetDouble());
        Assert.Equal(-1, one.GetProperty("snapshots")[0].GetProperty("max_seq_offset").GetInt64());
        Assert.Equal(0.5, one.GetProperty("residencies")[0].GetProperty("jaccard").GetDouble());
        Assert.Equal(1, one.GetProperty("residencies")[1].GetProperty("jaccard").GetDouble());
        Assert.Equal(9, one.GetProperty("counters").GetProperty("pgscan")[1].GetInt64());
        Assert.Equal(1, one.GetProperty("pooled").GetProperty("precision").GetDouble());
        Assert.Equal(0.5, one.GetProperty("pooled").GetProperty("recall").GetDouble());
    }

    [Fact]
    public void Read_OfLruGen_TakesTheFirstCgroupBelowTheRoot()
    {
        const string Text = "memcg     1 /\n node     0\n          0      16420          0           0 \nmemcg     2 /vm0\n node     0\n          4        200        228          13 \n          5        180         43          41 \n";
        List<PrintedGeneration> read = LruGenText.Read(Text, null);
        Assert.Equal([new PrintedGeneration(4, 228, 13), new PrintedGeneration(5, 43, 41)], read);
    }

    // Unmaps, removals of entries, writes: everything that tells what the kernel evicted.
    private static void RemoveRemovals(string folder, string stripped)
    {
        using EventsReader reader = new(folder);
        using EventsWriter writer = new(stripped, reader.Strings, ParquetCodec.None);
        foreach ((string key, string value) in reader.Metadata.Where(m => m.Key.StartsWith("kmr.", StringComparison.Ordinal)))
        {
            writer.SetMetadata(key, value);
        }
        TraceEvent e = default;
        while (reader.TryRead(ref e))
        {
            bool zap = e.Kind == TraceEventKind.SpteChange && (e.NewSpte & 0x800) == 0;
            if (e.Kind != TraceEventKind.Invalidate && !zap)
            {
                writer.Add(ref e);
            }
        }
        foreach (string table in Directory.GetFiles(folder).Where(f => !Path.GetFileName(f).StartsWith("part-", StringComparison.Ordinal)))
        {
            File.Copy(table, Path.Combine(writer.PartialFolder, Path.GetFileName(table)));
        }
        writer.Commit();
    }
}
