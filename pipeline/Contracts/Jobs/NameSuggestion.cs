namespace SecondLook.Contracts.Jobs;

/// <summary>Finds the known name that a misspelt one was probably meant to be.</summary>
public static class NameSuggestion
{
    /// <summary>A clause such as <c>; did you mean 'policies'?</c>, or the list of names when none is near.</summary>
    /// <param name="name">The unknown name.</param>
    /// <param name="known">The names that exist.</param>
    public static string For(string name, IEnumerable<string> known)
    {
        string[] all = [.. known];
        string? best = null;
        int bestDistance = Math.Max(2, name.Length / 3) + 1;
        foreach (string candidate in all)
        {
            // An unfinished name is the commonest slip.
            int distance = name.Length > 2 && candidate.StartsWith(name, StringComparison.Ordinal) ? 1 : Distance(name, candidate);
            if (distance < bestDistance)
            {
                best = candidate;
                bestDistance = distance;
            }
        }
        return best is not null ? $"; did you mean '{best}'?" : $"; known: {string.Join(", ", all)}";
    }

    // Edits between two names: insert, drop, replace, or swap two neighbours.
    private static int Distance(string a, string b)
    {
        int[,] edits = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    edits[i, j] = i + j;
                    continue;
                }
                int replaced = edits[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                edits[i, j] = Math.Min(replaced, Math.Min(edits[i - 1, j], edits[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    edits[i, j] = Math.Min(edits[i, j], edits[i - 2, j - 2] + 1);
                }
            }
        }
        return edits[a.Length, b.Length];
    }
}
