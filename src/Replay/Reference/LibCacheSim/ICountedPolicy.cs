namespace SecondLook.Replay.Reference.LibCacheSim;

/// <summary>A policy with the corner cases of an independent simulator, which keeps its own notion of what is resident.</summary>
public interface ICountedPolicy
{
    /// <summary>Serves one request.</summary>
    /// <param name="page">Dense page id.</param>
    /// <returns>Whether it was a hit.</returns>
    bool Request(int page);
}
