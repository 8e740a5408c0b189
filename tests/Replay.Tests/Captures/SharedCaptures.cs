using System.IO.Compression;

namespace SecondLook.Replay.Tests.Captures;

/// <summary>Finds the genuine captures beside the repository; tests return early where they are absent.</summary>
internal static class SharedCaptures
{
    /// <summary>Folder of the captures, or null.</summary>
    public static string? Root { get; } = Find();

    /// <summary>Folder of one capture, or null.</summary>
    public static string? Folder(string name) => Root is not null && Directory.Exists(Path.Combine(Root, name)) ? Path.Combine(Root, name) : null;

    /// <summary>Names of the captures whose trace text can be read without a decompressor of our own.</summary>
    public static IEnumerable<string> Readable() => Root is null ? [] : Directory.GetDirectories(Root)
        .Where(d => TraceOf(d) is not null)
        .Select(d => Path.GetFileName(d))
        .Order(StringComparer.Ordinal);

    /// <summary>The trace text of a capture folder, or null.</summary>
    public static string? TraceOf(string folder) =>
        new[] { "trace.txt", "trace.txt.gz", "trace_pipe.txt", "trace_pipe.txt.gz" }.Select(n => Path.Combine(folder, n)).FirstOrDefault(File.Exists);

    /// <summary>Lines of a text file, gzip or not; null when there is neither.</summary>
    public static IEnumerable<string>? Lines(string path)
    {
        if (File.Exists(path))
        {
            return path.EndsWith(".gz", StringComparison.Ordinal) ? Unpacked(path) : File.ReadLines(path);
        }
        return File.Exists(path + ".gz") ? Unpacked(path + ".gz") : null;
    }

    private static IEnumerable<string> Unpacked(string path)
    {
        using GZipStream stream = new(File.OpenRead(path), CompressionMode.Decompress);
        using StreamReader reader = new(stream);
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }

    private static string? Find()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "SecondLook.slnx")))
            {
                string shared = Path.Combine(at.Parent?.FullName ?? at.FullName, "shared", "traces");
                return Directory.Exists(shared) ? shared : null;
            }
        }
        return null;
    }
}
