using System.Globalization;

namespace SecondLook.Replay.Demands;

/// <summary>What a recorded command asked reclaim to do.</summary>
public enum CommandKind : byte
{
    /// <summary>Something that does not concern reclaim.</summary>
    Other,

    /// <summary>debugfs <c>+</c>: create a generation.</summary>
    Age,

    /// <summary>debugfs <c>-</c>: evict up to a generation.</summary>
    Evict,

    /// <summary>A write to memory.reclaim.</summary>
    Reclaim,

    /// <summary>Reclaim that ran by itself, at a memory limit.</summary>
    Pressure,
}

/// <summary>One command of the capture, its words taken apart.</summary>
public readonly record struct RecordedCommand
{
    /// <summary>What it asked for.</summary>
    public CommandKind Kind { get; init; }

    /// <summary>When it began, ns of the trace clock.</summary>
    public long BeginNs { get; init; }

    /// <summary>When it ended, ns.</summary>
    public long EndNs { get; init; }

    /// <summary>Step of the capture's plan; -1 when unknown.</summary>
    public int Step { get; init; }

    /// <summary>Name of the VM whose program gave it; empty when the capture has one.</summary>
    public string Vm { get; init; }

    /// <summary>Return code, negative errno.</summary>
    public int Rc { get; init; }

    /// <summary>Word of the capture kit, such as <c>age</c> or <c>snap</c>.</summary>
    public string Word { get; init; }

    /// <summary>Arguments as recorded, without quotes.</summary>
    public string Detail { get; init; }

    /// <summary>Sequence that <c>+</c> or <c>-</c> named; -1 when none.</summary>
    public long Sequence { get; init; }

    /// <summary>Swappiness of <c>-</c>, or can_swap of <c>+</c>; -1 when not given.</summary>
    public int Swappiness { get; init; }

    /// <summary>Whether <c>+</c> asked to walk everything.</summary>
    public bool ForceScan { get; init; }

    /// <summary>Pages that the command asked to free; -1 when it has no such limit.</summary>
    public long Pages { get; init; }

    /// <summary>Data pages that the recorded kernel unmapped meanwhile.</summary>
    public long Unmapped { get; init; }

    /// <summary>Whether it was inferred from bursts of events.</summary>
    public bool Inferred { get; init; }

    /// <summary>Takes the words of an action apart.</summary>
    public static RecordedCommand Parse(string word, string detail, long beginNs, long endNs, int step, int rc, bool inferred)
    {
        string text = detail.Trim().Trim('"');
        RecordedCommand command = new()
        {
            Kind = word switch
            {
                "age" => CommandKind.Age,
                "evict" => CommandKind.Evict,
                "reclaim" => CommandKind.Reclaim,
                _ => CommandKind.Other,
            },
            BeginNs = beginNs,
            EndNs = endNs,
            Step = step,
            Rc = rc,
            Word = word,
            Vm = "",
            Detail = text,
            Sequence = -1,
            Swappiness = -1,
            ForceScan = true,
            Pages = -1,
            Inferred = inferred,
        };
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return command.Kind switch
        {
            CommandKind.Reclaim => command with { Pages = words.Length > 0 && Quantity(words[0]) is long bytes and > 0 ? (bytes + 4095) >> 12 : -1 },
            CommandKind.Age => command with { Sequence = Number(words, 3), Swappiness = (int)Number(words, 4), ForceScan = Number(words, 5) != 0 },
            CommandKind.Evict => command with { Sequence = Number(words, 3), Swappiness = (int)Number(words, 4), Pages = Number(words, 5) },
            _ => command,
        };
    }

    private static long Number(string[] words, int index) =>
        index < words.Length && long.TryParse(words[index], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) ? value : -1;

    // memory.reclaim and memory.max take bytes with K, M or G.
    internal static long Quantity(string text)
    {
        int shift = text.Length == 0 ? 0 : text[^1] switch
        {
            'K' or 'k' => 10,
            'M' or 'm' => 20,
            'G' or 'g' => 30,
            _ => 0,
        };
        ReadOnlySpan<char> digits = shift > 0 ? text.AsSpan(0, text.Length - 1) : text.AsSpan();
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long value) && value < long.MaxValue >> shift ? value << shift : -1;
    }
}
