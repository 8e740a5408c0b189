using System.Diagnostics;

namespace SecondLook.Pipeline.Tests;

/// <summary>Finds the checkout that the tests run in, and the shared captures beside it where they are present.</summary>
internal static class RepositoryFiles
{
    /// <summary>Root of the checkout.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The genuine captures, or null where they are not present.</summary>
    public static string? Captures
    {
        get
        {
            string folder = Path.Combine(Path.GetDirectoryName(Root)!, "shared", "traces");
            return Directory.Exists(folder) ? folder : null;
        }
    }

    /// <summary>A sample folder.</summary>
    public static string Sample(string name) => Path.Combine(Root, "data", "samples", name);

    /// <summary>Every file under version control.</summary>
    public static IReadOnlyList<string> Tracked()
    {
        using Process git = Process.Start(new ProcessStartInfo("git", ["-c", "core.quotepath=off", "ls-files"])
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
        })!;
        string[] files = git.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
        return files;
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SecondLook.slnx")))
            {
                return folder.FullName;
            }
        }
        throw new InvalidOperationException("The tests run outside a checkout.");
    }
}
