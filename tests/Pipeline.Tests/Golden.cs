namespace SecondLook.Pipeline.Tests;

/// <summary>Compares a text with the accepted one in <c>Expected/</c>; with SECONDLOOK_ACCEPT=1 it becomes the accepted one.</summary>
internal static class Golden
{
    public static void Check(string name, string actual)
    {
        string path = Path.Combine(RepositoryFiles.Root, "tests", "Pipeline.Tests", "Expected", name);
        if (Environment.GetEnvironmentVariable("SECONDLOOK_ACCEPT") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
            return;
        }
        Assert.True(File.Exists(path), $"{name} has not been accepted yet; set SECONDLOOK_ACCEPT=1 and look at the difference with git diff");
        Assert.Equal(File.ReadAllText(path), actual);
    }
}
