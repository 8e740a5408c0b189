namespace SecondLook.Replay.Reference;

/// <summary>Misses estimated from a sample of the pages.</summary>
/// <param name="Misses">Estimate.</param>
/// <param name="Low">Lower end of the stated error.</param>
/// <param name="High">Upper end of the stated error.</param>
public readonly record struct MissEstimate(double Misses, double Low, double High);
