using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Runs;

namespace SecondLook.Replay.Reference;

/// <summary>RANDOM: any resident page may leave, each with the same chance.</summary>
/// <remarks>Resident pages stand in an array in order of insertion; the last one takes the place of a victim.</remarks>
[CatalogEntry("random", "reference: a resident page by lot, seeded")]
public sealed class RandomVictim : IReferencePolicy
{
    private readonly List<int> _resident = [];
    private Xoshiro256 _random = new(1, "reference.random");

    /// <inheritdoc/>
    public void Start(RequestStream requests, int capacity, ulong seed)
    {
        _resident.Clear();
        _random = new Xoshiro256(seed, "reference.random");
    }

    /// <inheritdoc/>
    public void Hit(int page, int position)
    {
    }

    /// <inheritdoc/>
    public int Miss(int page, int position, bool full)
    {
        int victim = full ? Evict() : -1;
        _resident.Add(page);
        return victim;
    }

    /// <inheritdoc/>
    public int Evict()
    {
        int at = (int)_random.NextBelow((ulong)_resident.Count);
        int victim = _resident[at];
        _resident[at] = _resident[^1];
        _resident.RemoveAt(_resident.Count - 1);
        return victim;
    }
}
