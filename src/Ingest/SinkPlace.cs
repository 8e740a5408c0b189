namespace SecondLook.Ingest;

/// <summary>Where a <see cref="TraceSink"/> stands in one input, so that it can go on with another.</summary>
/// <param name="FileNo">Index of the input.</param>
/// <param name="Stream">Index of the stream at hand, -1 before the first.</param>
/// <param name="Epoch">Clock epoch.</param>
/// <param name="Latest">Sort time of its latest event, <see cref="long.MinValue"/> before the first.</param>
internal readonly record struct SinkPlace(int FileNo, int Stream, int Epoch, long Latest);
