namespace SecondLook.Contracts.Diagnostics;

/// <summary>A failure that a user can act on; ends the command with <see cref="ExitCode"/>. Only the host catches it.</summary>
/// <param name="exitCode">Exit code of the process.</param>
/// <param name="message">Place, what was found, what was expected, what to do.</param>
public abstract class SecondLookException(int exitCode, string message) : Exception(message)
{
    /// <summary>Exit code of the process (product.md section 2).</summary>
    public int ExitCode { get; } = exitCode;
}

/// <summary>Input that cannot be read, is refused, or holds nothing: exit 3.</summary>
/// <param name="reason">Short reason as <c>dump --json</c> prints it, such as <c>unknown_format</c>.</param>
/// <param name="message">Place, found, expected, what to do.</param>
public sealed class InputException(string reason, string message) : SecondLookException(3, message)
{
    /// <summary>Short reason, lower case with underscores.</summary>
    public string Reason { get; } = reason;
}

/// <summary>An artefact that is missing, damaged or of another schema version: exit 3.</summary>
/// <param name="path">The file; only its name is shown.</param>
/// <param name="found">What it is.</param>
/// <param name="wanted">What it should be.</param>
public sealed class ArtifactException(string path, string found, string wanted)
    : SecondLookException(3, $"{Path.GetFileName(path)}: found {found}, expected {wanted}. Run the stage before again.");

/// <summary>A job file or command line with mistakes, all of them: exit 2.</summary>
/// <param name="problems">One line each.</param>
public sealed class UsageException(IReadOnlyList<string> problems) : SecondLookException(2, string.Join('\n', problems))
{
    /// <summary>One line a problem.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}

/// <summary>Output that cannot be written (full disk, read-only folder): exit 4.</summary>
/// <param name="message">Place and cause.</param>
public sealed class OutputException(string message) : SecondLookException(4, message);

/// <summary>The model contradicts itself: exit 5.</summary>
/// <param name="ordinal">Ordinal of the event at which it showed.</param>
/// <param name="timestampNs">Its time, ns.</param>
/// <param name="message">The invariant that broke, with the numbers.</param>
public sealed class InvariantException(long ordinal, long timestampNs, string message)
    : SecondLookException(5, $"event {ordinal} at {timestampNs} ns: {message}");
