using System.Globalization;

namespace SecondLook.Replay.Calibration;

/// <summary>Pages of one generation as the kernel printed them.</summary>
/// <param name="Seq">The generation.</param>
/// <param name="Anon">Anon pages.</param>
/// <param name="File">File pages.</param>
public readonly record struct PrintedGeneration(long Seq, long Anon, long File);

/// <summary>Reads the text of debugfs <c>lru_gen</c> and of memory.stat.</summary>
public static class LruGenText
{
    /// <summary>Generations of a memory cgroup, oldest first; empty when it is not there.</summary>
    /// <param name="text">The whole file.</param>
    /// <param name="cgroup">Path of the cgroup; null takes the first one that is not the root.</param>
    public static List<PrintedGeneration> Read(string text, string? cgroup)
    {
        List<PrintedGeneration> generations = [];
        bool inside = false;
        foreach (string line in text.Split('\n'))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length >= 3 && string.Equals(words[0], "memcg", StringComparison.Ordinal))
            {
                inside = cgroup is null ? generations.Count == 0 && words[2].Length > 1 : string.Equals(words[2], cgroup, StringComparison.Ordinal);
            }
            else if (inside && words.Length == 4
                && Number(words[0], out long seq) && Number(words[2], out long anon) && Number(words[3], out long file))
            {
                generations.Add(new PrintedGeneration(seq, anon, file));
            }
        }
        return generations;
    }

    /// <summary>A value of memory.stat, 0 when it is not there.</summary>
    public static long Stat(string text, string name)
    {
        foreach (string line in text.Split('\n'))
        {
            if (line.Length > name.Length && line.StartsWith(name, StringComparison.Ordinal) && line[name.Length] == ' ')
            {
                return Number(line[(name.Length + 1)..].Trim(), out long value) ? value : 0;
            }
        }
        return 0;
    }

    private static bool Number(string text, out long value) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
