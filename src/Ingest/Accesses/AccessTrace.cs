namespace SecondLook.Ingest.Accesses;

/// <summary>A list of page accesses in order: what reference policies are run on, without page tables or memslots.</summary>
public sealed record AccessTrace
{
    /// <summary>Base name of the file or folder, without suffixes of packing and format.</summary>
    public required string Name { get; init; }

    /// <summary>Format it was read as, one of <see cref="AccessTraceReader.Formats"/>.</summary>
    public required string Format { get; init; }

    /// <summary>Page numbers, one an access, in order; frames of several VMs bear the VM's number in the top bits.</summary>
    public required ulong[] Pages { get; init; }

    /// <summary>Times of the accesses, ns, never falling; null where the format has none.</summary>
    public long[]? TimesNs { get; init; }

    /// <summary>Times of the aging commands of a capture, ns on the clock of <see cref="TimesNs"/>, in order; empty where none are known.</summary>
    public IReadOnlyList<long> HarvestsNs { get; init; } = [];

    /// <summary>What was left out or put in order, one sentence each, for the user to read.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
