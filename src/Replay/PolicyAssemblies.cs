using System.Reflection;

namespace SecondLook.Replay;

/// <summary>Where reference policies and aging policies are looked for: in this stage, and where a program says so besides.</summary>
public static class PolicyAssemblies
{
    private static readonly List<Assembly> Known = [typeof(PolicyAssemblies).Assembly];
    private static bool s_read;

    /// <summary>Adds the policies of an assembly; call it before anything names a policy.</summary>
    /// <param name="assembly">Holds classes with <see cref="Contracts.Catalogs.CatalogEntryAttribute"/>.</param>
    /// <exception cref="InvalidOperationException">The catalogue was read already: it would be one thing before and another after.</exception>
    public static void Add(Assembly assembly)
    {
        if (s_read)
        {
            throw new InvalidOperationException($"The policies of {assembly.GetName().Name} come too late: the catalogue was read already.");
        }
        Known.Add(assembly);
    }

    /// <summary>All of them, and no more from now on.</summary>
    internal static IReadOnlyList<Assembly> All
    {
        get
        {
            s_read = true;
            return Known;
        }
    }
}
