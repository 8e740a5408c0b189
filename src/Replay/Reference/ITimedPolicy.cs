namespace SecondLook.Replay.Reference;

/// <summary>A reference policy that knows the time and judges by it.</summary>
public interface ITimedPolicy : IReferencePolicy
{
    /// <summary>Takes one resident page that is cold at this instant.</summary>
    /// <param name="nowNs">The instant of the decision.</param>
    /// <param name="horizonNs">A page is cold if its next use lies more than this after <paramref name="nowNs"/>.</param>
    /// <returns>The page that left, or -1 when no resident page is cold.</returns>
    int EvictCold(long nowNs, long horizonNs);
}
