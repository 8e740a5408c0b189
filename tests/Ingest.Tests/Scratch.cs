namespace SecondLook.Ingest.Tests;

/// <summary>A folder of its own for a test, removed afterwards.</summary>
internal sealed class Scratch : IDisposable
{
    private static int _count;

    /// <summary>Makes the folder.</summary>
    public Scratch()
    {
        Root = Path.Combine(Path.GetTempPath(), $"secondlook-ingest-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}");
        Directory.CreateDirectory(Root);
    }

    /// <summary>The folder.</summary>
    public string Root { get; }

    /// <summary>A path inside it.</summary>
    public string this[string name] => Path.Combine(Root, name);

    /// <summary>Writes a file.</summary>
    public string Write(string name, byte[] bytes)
    {
        File.WriteAllBytes(this[name], bytes);
        return this[name];
    }

    /// <summary>Writes a text file.</summary>
    public string Write(string name, string text) => Write(name, System.Text.Encoding.UTF8.GetBytes(text));

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Root, recursive: true);
}
