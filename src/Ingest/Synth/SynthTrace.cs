using SecondLook.Contracts.Diagnostics;

namespace SecondLook.Ingest.Synth;

/// <summary>Makes traces of any size: a seeded mix of all events, or a trace repeated with shifted stamps, as ftrace text or as trace.dat.</summary>
public static class SynthTrace
{
    /// <summary>Name of the mix among the workloads.</summary>
    public const string Mix = "mix";

    /// <summary>What the mix is, in a line.</summary>
    public const string MixSummary = "every kind of event that hosts print, in turns, of any size: a load for readers, with no host behind it (--as ftrace or trace_dat)";

    /// <summary>Writes a mix of all events.</summary>
    /// <param name="target">File; replaced when whole.</param>
    /// <param name="traceDat">As trace.dat, else as text.</param>
    /// <param name="seed">Seed of its numbers.</param>
    /// <param name="size">Bytes of text wanted, also for a trace.dat, which takes less.</param>
    /// <returns>Lines left out by event name; always empty.</returns>
    public static IReadOnlyDictionary<string, long> WriteMix(string target, bool traceDat, ulong seed, long size) =>
        Write(MixedTrace.Text(seed), target, traceDat, size);

    /// <summary>Writes a trace repeated with shifted stamps until it has a size.</summary>
    /// <param name="capture">ftrace text or trace.dat, packed or not.</param>
    /// <param name="target">File; replaced when whole.</param>
    /// <param name="traceDat">As trace.dat, else as text.</param>
    /// <param name="size">Bytes wanted; 0 for the trace once.</param>
    /// <returns>Lines left out by event name: a text becomes a trace.dat only as far as the record forms of its events are known here.</returns>
    /// <exception cref="InputException">It cannot be read, or a trace.dat is to become text.</exception>
    public static IReadOnlyDictionary<string, long> WriteRepeated(string capture, string target, bool traceDat, long size)
    {
        if (!IsTraceDat(capture))
        {
            return Write(IngestStage.Unpack(capture), target, traceDat, size);
        }
        if (!traceDat)
        {
            throw new InputException("not_repeatable", $"{Path.GetFileName(capture)}: a trace.dat can be repeated as trace_dat only; trace-cmd report makes text of it.");
        }
        RepeatedPages.Make(capture, target + ".partial", size);
        File.Move(target + ".partial", target, overwrite: true);
        return new Dictionary<string, long>();
    }

    private static bool IsTraceDat(string capture)
    {
        using Inputs.TraceInput input = Inputs.InputOpener.Open(capture, new IngestRequest { Inputs = [capture] }, null, out ReadOnlyMemory<byte> head);
        return head.Span.StartsWith(Formats.TraceDat.TraceDatHeader.Magic);
    }

    private static IReadOnlyDictionary<string, long> Write(byte[] text, string target, bool traceDat, long size)
    {
        string partial = target + ".partial";
        string lines = traceDat ? target + ".text.partial" : partial;
        using (FileStream stream = new(lines, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20))
        {
            RepeatedText.Write(text, stream, size);
        }
        IReadOnlyDictionary<string, long> left = new Dictionary<string, long>();
        if (traceDat)
        {
            left = TextToTraceDat.Convert(lines, partial, "mono");
            File.Delete(lines);
        }
        File.Move(partial, target, overwrite: true);
        return left;
    }
}
