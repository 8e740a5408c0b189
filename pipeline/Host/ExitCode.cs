namespace SecondLook.Host;

/// <summary>Exit codes of the process (product.md section 2).</summary>
public static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>A named threshold is violated, a difference was found, or a vector failed.</summary>
    public const int Difference = 1;

    /// <summary>Wrong usage or job file.</summary>
    public const int Usage = 2;

    /// <summary>Unreadable, refused or empty input, or an artefact of another schema version.</summary>
    public const int Input = 3;

    /// <summary>Output that cannot be written.</summary>
    public const int Output = 4;

    /// <summary>An invariant of the model broke.</summary>
    public const int Invariant = 5;

    /// <summary>Interrupted; what was finished can be resumed.</summary>
    public const int Interrupted = 130;
}
