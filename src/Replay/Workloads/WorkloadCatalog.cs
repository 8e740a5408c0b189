namespace SecondLook.Replay.Workloads;

/// <summary>All workloads that <c>synth</c> makes.</summary>
public static class WorkloadCatalog
{
    /// <summary>Workloads in order of name.</summary>
    public static IReadOnlyList<IWorkload> All { get; } = [new MemslotChurn(), new MmioDevice(), new NestedL2Only(), new NestedSharedPages(), new VmsBesideHost()];

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = NamesOf();

    /// <summary>A workload by name, or null.</summary>
    public static IWorkload? Find(string name)
    {
        foreach (IWorkload workload in All)
        {
            if (string.Equals(workload.Name, name, StringComparison.Ordinal))
            {
                return workload;
            }
        }
        return null;
    }

    private static List<string> NamesOf()
    {
        List<string> names = [];
        foreach (IWorkload workload in All)
        {
            names.Add(workload.Name);
        }
        return names;
    }
}
