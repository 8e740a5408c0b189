namespace SecondLook.Replay.Reference;

/// <summary>A replacement policy that sees every access, as defined in mglru-model.md section 11: a yardstick, not a kernel.</summary>
/// <remarks>The caller keeps what is resident; it calls <see cref="Hit"/> or <see cref="Miss"/> for each request, and <see cref="Evict"/> to shrink.</remarks>
public interface IReferencePolicy
{
    /// <summary>Begins a run with nothing resident.</summary>
    /// <param name="requests">What is to come.</param>
    /// <param name="capacity">Pages that fit; the caller says <c>full</c> when they are used up.</param>
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
    /// <returns>The page that left, or -1.</returns>
    int Miss(int page, int position, bool full);

    /// <summary>Takes one resident page without a request (batch variant of the rule).</summary>
    /// <returns>The page that left.</returns>
    int Evict();
}
