namespace SecondLook.Contracts.Diagnostics;

/// <summary>How much a diagnostic matters.</summary>
public enum DiagnosticSeverity
{
    /// <summary>Worth knowing; nothing is lost.</summary>
    Info,

    /// <summary>Input that was repaired, and how.</summary>
    Repair,

    /// <summary>Input that could not be used.</summary>
    BadInput,

    /// <summary>Events that the tracer lost: a fact that reaches the verdict.</summary>
    DataLoss,
}

/// <summary>A cause that diagnostics are counted by, declared in the file that raises it.</summary>
/// <param name="Id">Lower case with dots and underscores, such as <c>quarantine.malformed_event</c>.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Advice">What a user can do about it, one sentence.</param>
public sealed record DiagnosticCode(string Id, DiagnosticSeverity Severity, string Advice);
