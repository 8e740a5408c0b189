namespace SecondLook.Ingest.Tests;

/// <summary>Genuine captures and the formats corpus beside the repository, where they are present.</summary>
internal static class Captures
{
    /// <summary>Folder of shared material, or null when there is none.</summary>
    public static string? Shared { get; } = Find();

    /// <summary>A capture folder, or null.</summary>
    public static string? Folder(string name) => Existing("traces", name);

    /// <summary>A case of the formats corpus, or null.</summary>
    public static string? Case(string name) => Existing("formats-corpus", name);

    /// <summary>Names of all captures that hold ftrace text.</summary>
    public static IEnumerable<string> Names()
    {
        if (Shared is null)
        {
            yield break;
        }
        foreach (string folder in Directory.GetDirectories(Path.Combine(Shared, "traces")).OrderBy(f => f, StringComparer.Ordinal))
        {
            if (File.Exists(Path.Combine(folder, "counts.csv")))
            {
                yield return Path.GetFileName(folder);
            }
        }
    }

    /// <summary>Captures and their representations whose names begin in one of some ways; a pair of empty words where there are none, since a theory needs a row.</summary>
    public static TheoryData<string, string> Representations(params string[] beginnings)
    {
        TheoryData<string, string> data = [];
        foreach (string name in Names())
        {
            string[] header = File.ReadLines(Path.Combine(Folder(name)!, "counts.csv")).First().Split(',');
            foreach (string representation in header.Skip(1).Where(r => beginnings.Any(b => r.StartsWith(b, StringComparison.Ordinal))))
            {
                data.Add(name, representation);
            }
        }
        if (data.Count == 0)
        {
            data.Add("", "");
        }
        return data;
    }

    private static string? Existing(string kind, string name)
    {
        if (Shared is null)
        {
            return null;
        }
        string path = Path.Combine(Shared, kind, name);
        return Directory.Exists(path) ? path : null;
    }

    private static string? Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SecondLook.slnx")))
            {
                string shared = Path.Combine(folder.Parent!.FullName, "shared");
                return Directory.Exists(shared) ? shared : null;
            }
        }
        return null;
    }
}
