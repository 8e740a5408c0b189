using System.Diagnostics;

namespace SecondLook.Pipeline.Tests;

/// <summary>Runs the executable as a user would, and keeps what it said.</summary>
internal sealed record SecondLookProcess(int ExitCode, string Output, string Errors)
{
    /// <summary>Last line on stdout.</summary>
    public string LastLine => Output.TrimEnd('\n').Split('\n')[^1];

    /// <summary>Runs a command line to its end.</summary>
    public static SecondLookProcess Run(string workingFolder, params string[] arguments) => Run(workingFolder, null, arguments);

    /// <summary>Runs a command line with bytes on stdin.</summary>
    public static SecondLookProcess Run(string workingFolder, byte[]? input, string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "secondlook.dll"), .. arguments])
        {
            WorkingDirectory = workingFolder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        try
        {
            if (input is not null)
            {
                process.StandardInput.BaseStream.Write(input);
            }
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It may refuse its arguments before it reads anything.
        }
        process.WaitForExit();
        return new SecondLookProcess(process.ExitCode, output.Result, errors.Result);
    }
}
