using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Inputs;

/// <summary>One opened input: its bytes, unpacked, and what is known of it before it is read.</summary>
internal sealed class TraceInput : IDisposable
{
    private readonly List<IDisposable> _owned = [];

    public TraceInput(string name, string? path, Stream bytes, InputFacts facts, IReadOnlyDictionary<string, string> options)
    {
        Name = name;
        Path = path;
        Bytes = bytes;
        Facts = facts;
        Options = options;
    }

    /// <summary>Base name.</summary>
    public string Name { get; }

    /// <summary>File, or null for standard input.</summary>
    public string? Path { get; }

    /// <summary>Unpacked bytes.</summary>
    public Stream Bytes { get; }

    /// <summary>Facts for the metadata.</summary>
    public InputFacts Facts { get; }

    /// <summary>Reader options.</summary>
    public IReadOnlyDictionary<string, string> Options { get; }

    /// <summary>First unpacked bytes, at most 1 MiB; reading begins before them all the same.</summary>
    public ReadOnlyMemory<byte> Head { get; init; }

    /// <summary>Stored bytes, hashed as they pass.</summary>
    public SourceStream? Source { get; init; }

    /// <summary>Threads that may work on it.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Most bytes of a block of text.</summary>
    public int BlockBytes { get; init; } = Text.LineBlock.UsualCapacity;

    /// <summary>Whether every line takes the slow readers, which the fast ones are tested against.</summary>
    public bool Slow { get; init; }

    /// <summary>Clock that the capture folder names, or null.</summary>
    public string? Clock { get; init; }

    /// <summary>Kernel release that the capture folder names, or null.</summary>
    public string? Kernel { get; init; }

    /// <summary>Architecture that the capture folder names, or null.</summary>
    public string? Arch { get; init; }

    /// <summary>Declared sampling: one page in so many was recorded; null when every page was.</summary>
    public int? SampledPages { get; init; }

    /// <summary>Whether an option is on.</summary>
    public bool Flag(string option) => Options.TryGetValue(option, out string? value) && value is "true" or "1" or "yes";

    /// <summary>Facts of a new stream, from options and the capture folder.</summary>
    public StreamFacts NewStream(string? name = null, bool isGuest = false)
    {
        StreamFacts stream = new() { Name = name, IsGuest = isGuest, Kernel = Kernel, Arch = Arch, SampledPages = SampledPages };
        string? clock = Options.TryGetValue("clock", out string? given) ? given : Clock;
        if (clock is not null)
        {
            NameClock(stream, clock);
        }
        if (Options.TryGetValue("spte", out string? layout))
        {
            stream.Sptes.Force(layout == "ept" ? SpteFormat.Ept : SpteFormat.Npt);
        }
        return stream;
    }

    /// <summary>Sets the clock of a stream and its unit.</summary>
    public static void NameClock(StreamFacts stream, string clock)
    {
        stream.Clock = clock;
        stream.ClockNamed = true;
        stream.Unit = clock switch
        {
            "counter" => "count",
            "x86-tsc" or "ppc-tb" or "arm64-cntvct" => "cycles",
            "uptime" => "jiffies",
            _ => "ns",
        };
    }

    /// <summary>Disposes something with the input.</summary>
    public void Own(IDisposable part) => _owned.Add(part);

    /// <inheritdoc/>
    public void Dispose()
    {
        for (int i = _owned.Count - 1; i >= 0; i--)
        {
            _owned[i].Dispose();
        }
    }
}
