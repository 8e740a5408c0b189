using System.Security.Cryptography;
using System.Text;
using SecondLook.Contracts.Diagnostics;
using SecondLook.Contracts.Runs;

namespace SecondLook.Host.Running;

/// <summary>Name and content hash of each input of a job; the hash of a folder covers names and contents of its files.</summary>
public static class InputIdentity
{
    /// <summary>Base name and SHA-256 of each input.</summary>
    /// <param name="inputs">Files and folders.</param>
    /// <param name="hashes">Gets the SHA-256 of every file read, by path, so that ingest need not read it again for that.</param>
    /// <exception cref="InputException">An input cannot be read.</exception>
    public static IReadOnlyList<(string Name, string Sha256)> Of(IReadOnlyList<string> inputs, Dictionary<string, string> hashes)
    {
        List<(string, string)> identities = [];
        foreach (string input in inputs)
        {
            try
            {
                identities.Add((Path.GetFileName(Path.TrimEndingDirectorySeparator(input)), Directory.Exists(input) ? OfFolder(input, hashes) : OfFile(input, hashes)));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new InputException("unreadable", $"{Path.GetFileName(input)}: cannot be read: {e.Message}");
            }
        }
        return identities;
    }

    private static string OfFile(string path, Dictionary<string, string> hashes) => hashes[path] = ContentHash.OfFile(path);

    private static string OfFolder(string folder, Dictionary<string, string> hashes)
    {
        List<string> files = [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(folder, f).Replace('\\', '/'))];
        files.Sort(StringComparer.Ordinal);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string file in files)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{file}\0{OfFile(Path.Combine(folder, file), hashes)}\n"));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
