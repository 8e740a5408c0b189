using System.Security.Cryptography;

namespace SecondLook.Contracts.Runs;

/// <summary>SHA-256 of inputs and settings, in lower-case hex.</summary>
public static class ContentHash
{
    /// <summary>Hash of bytes.</summary>
    public static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>Hash of a file's bytes.</summary>
    public static string OfFile(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
