using SecondLook.Contracts.Diagnostics;

namespace SecondLook.Replay;

/// <summary>Writes a folder that appears under its name only when it is whole.</summary>
public static class WholeFolder
{
    /// <summary>Fills a folder under a temporary name, then renames it.</summary>
    /// <param name="path">Final name; must not exist.</param>
    /// <param name="fill">Writes the files into the folder given.</param>
    /// <exception cref="OutputException">It cannot be written.</exception>
    public static void Write(string path, Action<string> fill)
    {
        string partial = path + ".partial";
        try
        {
            if (Directory.Exists(partial))
            {
                Directory.Delete(partial, recursive: true);
            }
            Directory.CreateDirectory(partial);
            fill(partial);
            Directory.Move(partial, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputException($"{Path.GetFileName(path)}: cannot be written: {e.Message}");
        }
    }
}
