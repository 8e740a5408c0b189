namespace SecondLook.Replay.Vectors;

/// <summary>Vectors that are lists of independent cases.</summary>
/// <remarks>
/// Models: nothing of the kernel.
/// Omits: nothing.
/// </remarks>
internal static class KvmCases
{
    /// <summary>Runs every case of a vector.</summary>
    /// <returns>The first difference, or null.</returns>
    public static string? Each(KvmVectorNode vector, Func<KvmVectorNode, string?> run)
    {
        List<KvmVectorNode> cases = vector.Mappings("cases");
        vector.RejectOthers();
        for (int i = 0; i < cases.Count; i++)
        {
            cases[i].Text("note");
            string? problem = run(cases[i]);
            cases[i].RejectOthers();
            if (problem is not null)
            {
                return $"case {i}: {problem}";
            }
        }
        return null;
    }

    /// <summary>Compares a value.</summary>
    /// <returns>What differs, or null.</returns>
    public static string? Compare<T>(string what, T expected, T found) =>
        EqualityComparer<T>.Default.Equals(expected, found) ? null : $"{what} is {found}, expected {expected}";

    /// <summary>Compares lists in order.</summary>
    public static string? CompareLists<T>(string what, IReadOnlyList<T> expected, IReadOnlyList<T> found)
    {
        string left = string.Join(", ", expected);
        string right = string.Join(", ", found);
        return left == right ? null : $"{what} is [{right}], expected [{left}]";
    }
}
