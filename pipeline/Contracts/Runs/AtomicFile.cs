using SecondLook.Contracts.Diagnostics;

namespace SecondLook.Contracts.Runs;

/// <summary>A file that appears under its name only when it is whole: written beside it under a temporary name, then renamed.</summary>
public sealed class AtomicFile : IDisposable
{
    private readonly string _path;
    private readonly string _temporary;
    private bool _committed;

    private AtomicFile(string path, string temporary, FileStream stream)
    {
        _path = path;
        _temporary = temporary;
        Stream = stream;
    }

    /// <summary>Where to write.</summary>
    public FileStream Stream { get; }

    /// <summary>Begins a file, making its folder if need be.</summary>
    /// <exception cref="OutputException">The folder or the file cannot be made.</exception>
    public static AtomicFile Create(string path)
    {
        string temporary = path + ".partial";
        try
        {
            string? folder = Path.GetDirectoryName(path);
            if (!string.IsNullOrEmpty(folder))
            {
                Directory.CreateDirectory(folder);
            }
            return new AtomicFile(path, temporary, new FileStream(temporary, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 16));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputException($"{Path.GetFileName(path)}: cannot be written: {e.Message}");
        }
    }

    /// <summary>Writes a whole text file, UTF-8 without mark.</summary>
    public static void WriteText(string path, string text)
    {
        using AtomicFile file = Create(path);
        file.Stream.Write(System.Text.Encoding.UTF8.GetBytes(text));
        file.Commit();
    }

    /// <summary>Makes the file whole under its name.</summary>
    /// <exception cref="OutputException">The disk is full or the rename failed.</exception>
    public void Commit()
    {
        try
        {
            Stream.Flush(flushToDisk: false);
            Stream.Dispose();
            File.Move(_temporary, _path, overwrite: true);
            _committed = true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputException($"{Path.GetFileName(_path)}: cannot be written: {e.Message}");
        }
    }

    /// <summary>Removes what was written unless it was committed.</summary>
    public void Dispose()
    {
        if (_committed)
        {
            return;
        }
        try
        {
            Stream.Dispose();
            File.Delete(_temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A disk that is full or gone keeps the temporary name, which no reader takes for an artefact.
        }
    }
}
