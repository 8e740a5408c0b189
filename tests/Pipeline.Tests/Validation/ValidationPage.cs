namespace SecondLook.Pipeline.Tests.Validation;

/// <summary>Sections of docs/validation.md that a test writes, each between two marks.</summary>
internal static class ValidationPage
{
    private static readonly Lock Gate = new();

    /// <summary>Holds a section against the page; <c>SECONDLOOK_ACCEPT=1</c> writes it.</summary>
    /// <param name="name">Words of the marks.</param>
    /// <param name="writer">The test that writes it.</param>
    /// <param name="text">Headings and tables.</param>
    public static void Compare(string name, string writer, string text)
    {
        string begin = $"<!-- {name}: begin, written by {writer} -->";
        string end = $"<!-- {name}: end -->";
        string path = Path.Combine(RepositoryFiles.Root, "docs", "validation.md");
        lock (Gate)
        {
            string page = File.ReadAllText(path);
            string section = $"{begin}\n{text.TrimEnd('\n')}\n{end}";
            int from = page.IndexOf(begin, StringComparison.Ordinal);
            int to = page.IndexOf(end, StringComparison.Ordinal);
            string now = from < 0 ? page.TrimEnd('\n') + "\n\n" + section + "\n" : page[..from] + section + page[(to + end.Length)..];
            if (Environment.GetEnvironmentVariable("SECONDLOOK_ACCEPT") == "1")
            {
                File.WriteAllText(path, now);
                page = now;
            }
            Assert.True(now == page, $"docs/validation.md differs in '{name}'; SECONDLOOK_ACCEPT=1 dotnet test accepts it");
        }
    }
}
