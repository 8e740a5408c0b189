namespace SecondLook.Replay.Reference;

/// <summary>A replacement policy that sees every access, as defined in mglru-model.md section 11: a yardstick, not a kernel.</summary>
/// <remarks>The caller keeps what is resident; it calls <see cref="Hit"/> or <see cref="Miss"/> for each request, and <see cref="Evict"/> to shrink.</remarks>
public interface IReferencePolicy
{
    /// <summary>Whether it needs next positions: it sees the future, so it cannot be run in sampled mode.</summary>
    bool LooksAhead => false;

    /// <summary>Whether a count of misses at a capacity means something for it.</summary>
    bool HasCapacity => true;

    /// <summary>Begins a run with nothing resident.</summary>
    /// <param name="requests">What is to come.</param>
    /// <param name="capacity">Pages that fit, at least 1; the caller says <c>full</c> when they are used up.</param>
    /// <param name="seed">Seed of the run.</param>
    void Start(RequestStream requests, int capacity, ulong seed);

    /// <summary>A resident page is requested.</summary>
    /// <param name="page">Dense page id.</param>
    /// <param name="position">Position in the request stream.</param>
    void Hit(int page, int position);

    /// <summary>An absent page is requested and becomes resident; if the memory is full one resident page leaves first.</summary>
    /// <param name="page">Dense page id.</param>
    /// <param name="position">Position in the request stream.</param>
    /// <param name="full">Whether a page has to leave.</param>
    /// <returns>The page that left; <paramref name="page"/> itself if it does not stay; -1 if none had to.</returns>
    int Miss(int page, int position, bool full);

    /// <summary>Takes one resident page without a request (batch variant of the rule); some page must be resident.</summary>
    /// <returns>The page that left.</returns>
    int Evict();
}
