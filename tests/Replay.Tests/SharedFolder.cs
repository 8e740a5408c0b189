namespace SecondLook.Replay.Tests;

/// <summary>Finds the folder of shared captures and specifications beside the repository; tests return early without it.</summary>
internal static class SharedFolder
{
    /// <summary>A path inside the repository.</summary>
    public static string InRepository(string below)
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "SecondLook.slnx")))
        {
            folder = folder.Parent;
        }
        return Path.Combine(folder.FullName, below);
    }

    public static string? Find(string below)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SecondLook.slnx")))
            {
                string path = Path.Combine(folder.Parent!.FullName, "shared", below);
                return File.Exists(path) || Directory.Exists(path) ? path : null;
            }
        }
        return null;
    }
}
