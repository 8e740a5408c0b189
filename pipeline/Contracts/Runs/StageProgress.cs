namespace SecondLook.Contracts.Runs;

/// <summary>How far a stage is.</summary>
/// <param name="Stage">What is being done, such as <c>ingest trace.txt.gz</c>.</param>
/// <param name="Done">Units done.</param>
/// <param name="Total">Units in all; 0 when unknown.</param>
/// <param name="Unit">Word for the unit, such as <c>bytes</c> or <c>policies</c>.</param>
public readonly record struct StageProgress(string Stage, long Done, long Total, string Unit);
