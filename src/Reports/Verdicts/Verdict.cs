namespace SecondLook.Reports.Verdicts;

/// <summary>What may be said, in the four words of the report's look.</summary>
public enum VerdictStatus
{
    /// <summary>The order holds over every schedule, above the model's error, with an interval that does not touch zero.</summary>
    Supported,

    /// <summary>The trace does not tell.</summary>
    Undecidable,

    /// <summary>The effect is smaller than what the model gets wrong.</summary>
    BelowModelError,

    /// <summary>Too few independent blocks for an interval; the estimate stands alone.</summary>
    TooShort,
}

/// <summary>How a piece of the verdict sentence is set.</summary>
public enum VerdictTone
{
    /// <summary>Plain.</summary>
    Plain,

    /// <summary>Bold: the effect and the cost.</summary>
    Strong,

    /// <summary>Quiet: intervals, ranges and counts.</summary>
    Quiet,
}

/// <summary>A piece of the verdict sentence.</summary>
/// <param name="Text">The words, ASCII minus.</param>
/// <param name="Tone">How it is set.</param>
public readonly record struct VerdictPiece(string Text, VerdictTone Tone);

/// <summary>The verdict: a sentence with its numbers, and why it may or may not be believed.</summary>
/// <param name="Status">What may be said.</param>
/// <param name="Sentence">The sentence in pieces.</param>
/// <param name="Why">Sentences after the status word, ASCII minus.</param>
public sealed record Verdict(VerdictStatus Status, IReadOnlyList<VerdictPiece> Sentence, string Why)
{
    /// <summary>The sentence as plain text.</summary>
    public string Text => string.Concat(Sentence.Select(p => p.Text));

    /// <summary>The status in words.</summary>
    public string StatusWords => Status switch
    {
        VerdictStatus.Supported => "Supported",
        VerdictStatus.Undecidable => "Undecidable from this trace",
        VerdictStatus.BelowModelError => "Below model error",
        _ => "Too short for an interval",
    };
}
