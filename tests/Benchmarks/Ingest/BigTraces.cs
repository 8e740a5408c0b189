using System.Globalization;
using SecondLook.Ingest.Synth;

namespace SecondLook.Benchmarks.Ingest;

/// <summary>The files that are measured, made once a folder by what <c>secondlook synth</c> makes them with.</summary>
internal static class BigTraces
{
    /// <summary>A capture repeated with shifted stamps under one header.</summary>
    public static string Repeated(string capture, string folder, long size)
    {
        bool traceDat = capture.EndsWith(".dat", StringComparison.Ordinal);
        string name = Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(capture)))!;
        return Once(folder, $"{name}-{Megabytes(size)}MB.{(traceDat ? "dat" : "txt")}", file => SynthTrace.WriteRepeated(capture, file, traceDat, size));
    }

    /// <summary>A mix of all events.</summary>
    public static string Mix(string folder, long size) =>
        Once(folder, $"mixed-{Megabytes(size)}MB.txt", file => SynthTrace.WriteMix(file, traceDat: false, seed: 9, size));

    private static string Once(string folder, string name, Action<string> make)
    {
        string file = Path.Combine(folder, name);
        if (!File.Exists(file))
        {
            make(file);
        }
        return file;
    }

    private static string Megabytes(long size) => (size / 1_000_000).ToString(CultureInfo.InvariantCulture);
}
