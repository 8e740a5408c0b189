using SecondLook.Contracts.Events;
using SecondLook.Contracts.Tables;
using SecondLook.Parquet;
using SecondLook.Replay;
using SecondLook.Replay.Calibration;

namespace SecondLook.Pipeline.Tests.Validation;

/// <summary>Mode free reads nothing that tells what the kernel evicted: every unmap, zap and writeback after the start may go without a change.</summary>
public sealed class FreeModeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("v1-tdp-mglru-k61-small")]
    [InlineData("v1-tdp-mglru-k612-small")]
    [InlineData("v2-tdp-classic-k72-small")]
    [InlineData("v3-shadow-mglru-k72-small")]
    [InlineData("v8-arm64-k72")]
    [InlineData("v9-pressure-mglru-k72")]
    public void Calibration_WithoutUnmapsZapsAndWritebacks_ModelsTheSame(string name)
    {
        if (!CaptureUnderTest.Names.Contains(name))
        {
            return;
        }
        using CaptureUnderTest capture = CaptureUnderTest.Open(name);
        int gone = Strip(capture.Events, _folder.File("stripped"), capture.Input.BeginNs);
        Assert.True(gone > 1000, $"{gone} events");
        CaptureInput without = CaptureInput.Read(_folder.File("stripped"), name, CancellationToken.None);
        Assert.Empty(without.Scan.Known.Unmaps);
        string preset = Calibrator.Run(capture.Input, null, null, "free", CancellationToken.None)!.Policy;
        string whole = CalibrationJson.Write([Calibrator.Run(capture.Input, preset, null, "free", CancellationToken.None)!]);
        Assert.Equal(whole, CalibrationJson.Write([Calibrator.Run(without, preset, null, "free", CancellationToken.None)!]));
    }

    private static int Strip(string events, string stripped, long startNs)
    {
        int gone = 0;
        using EventsReader reader = new(events);
        using EventsWriter writer = new(stripped, reader.Strings, ParquetCodec.None);
        foreach ((string key, string value) in reader.Metadata.Where(m => m.Key.StartsWith("kmr.", StringComparison.Ordinal)))
        {
            writer.SetMetadata(key, value);
        }
        TraceEvent e = default;
        while (reader.TryRead(ref e))
        {
            bool zap = e.Kind == TraceEventKind.SpteChange && (e.OldSpte & 0x800) != 0 && (e.NewSpte & 0x800) == 0;
            if (e.TsNs >= startNs && (zap || e.Kind is TraceEventKind.Invalidate or TraceEventKind.SpZap or TraceEventKind.Swap or TraceEventKind.Writeback or TraceEventKind.Reclaim))
            {
                gone++;
            }
            else
            {
                writer.Add(ref e);
            }
        }
        foreach (string table in Directory.GetFiles(events).Where(f => !Path.GetFileName(f).StartsWith("part-", StringComparison.Ordinal)))
        {
            File.Copy(table, Path.Combine(writer.PartialFolder, Path.GetFileName(table)));
        }
        writer.Commit();
        return gone;
    }
}
