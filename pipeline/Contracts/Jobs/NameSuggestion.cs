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

    private static int Distance(string a, string b)
    {
        int[] row = new int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++)
        {
            row[j] = j;
        }
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j - 1], row[j]) + 1);
            }
        }
        return row[b.Length];
    }
}
