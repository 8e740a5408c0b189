using SecondLook.Contracts.Events;

namespace SecondLook.Ingest;

/// <summary>Names of repairs as JSON and metadata spell them.</summary>
internal static class RepairNames
{
    private static readonly string[] Names = Make();

    /// <summary>Name of a repair, such as <c>invalid_utf8</c>.</summary>
    public static string Of(RepairKind kind) => Names[(int)kind];

    private static string[] Make()
    {
        RepairKind[] kinds = Enum.GetValues<RepairKind>();
        string[] names = new string[kinds.Length];
        foreach (RepairKind kind in kinds)
        {
            names[(int)kind] = EventNames.ToSnakeCase(kind.ToString());
        }
        return names;
    }
}
