using System.CommandLine;
using SecondLook.Contracts.Diagnostics;
using SecondLook.Contracts.Jobs;
using SecondLook.Ingest.Synth;
using SecondLook.Replay.Workloads;

namespace SecondLook.Host.Commands;

/// <summary><c>secondlook synth WORKLOAD</c>: a made-up guest on a modelled host, recorded as a capture folder with ground truth, or as one file.</summary>
public static class SynthCommand
{
    private const string Ftrace = "ftrace";
    private const string TraceDat = "trace_dat";
    private const string Accesses = "accesses";
    private const string UsualMixSize = "64MiB";
    private const long PageBytes = 4096;

    /// <summary>Builds the verb.</summary>
    public static Command Create()
    {
        Command command = new("synth", "make a capture folder with ground truth from a seeded workload, or one trace file of any size; 'list workloads' names them");
        Argument<string> name = new("WORKLOAD") { Description = "name of the workload, or with --as a trace file to repeat" };
        Option<string?> output = new("--output", "-o") { Description = "folder or file to write (default: WORKLOAD-SEED)" };
        Option<string?> form = new("--as") { Description = $"one file instead of a folder: {Ftrace} (tracefs text), {TraceDat} (trace-cmd, version 6), {Accesses} (time_ns,page of what the guest touched)" };
        Option<string?> size = new("--size") { Description = $"with --as {Ftrace} or {TraceDat}: repeat with shifted stamps until the text (a repeated trace.dat: its pages) has this size, such as 1GiB (default: once; {SynthTrace.Mix}: {UsualMixSize})" };
        Option<ulong> seed = new("--seed") { Description = "seed of the workload's numbers", DefaultValueFactory = _ => 1 };
        command.Add(name);
        command.Add(output);
        command.Add(form);
        command.Add(size);
        command.Add(seed);
        command.SetAction(parsed =>
        {
            string wanted = parsed.GetRequiredValue(name);
            string? asked = parsed.GetValue(form);
            ulong number = parsed.GetValue(seed);
            IWorkload? workload = WorkloadCatalog.Find(wanted);
            bool isFile = workload is null && wanted != SynthTrace.Mix && File.Exists(wanted);
            long bytes = Check(wanted, workload, isFile, asked, parsed.GetValue(size));
            string target = parsed.GetValue(output) ?? Default(isFile ? Path.GetFileNameWithoutExtension(wanted) : wanted, asked, number);
            if (asked is null)
            {
                WorkloadCapture.Write(workload!, number, target);
            }
            else
            {
                Made(wanted, workload, asked, target, number, bytes);
            }
            Console.Out.WriteLine(target);
            return ExitCode.Done;
        });
        return command;
    }

    private static string Default(string name, string? asked, ulong seed) =>
        $"{name}-{seed}{asked switch { Ftrace => ".txt", TraceDat => ".dat", Accesses => ".csv", _ => "" }}";

    private static long Check(string name, IWorkload? workload, bool isFile, string? asked, string? size)
    {
        List<string> problems = [];
        if (workload is null && name != SynthTrace.Mix && !isFile)
        {
            problems.Add($"there is no workload and no file '{name}'{NameSuggestion.For(name, [.. WorkloadCatalog.Names, SynthTrace.Mix])}");
        }
        else if (workload is null && asked is null)
        {
            problems.Add($"'{name}' has no ground truth to make a capture folder of: say --as {Ftrace} or --as {TraceDat}");
        }
        else if (workload is null && asked == Accesses)
        {
            problems.Add($"'{name}' holds no accesses of a guest: --as {Accesses} needs a workload");
        }
        if (asked is not (null or Ftrace or TraceDat or Accesses))
        {
            problems.Add($"--as: '{asked}' is none of {Ftrace}, {TraceDat}, {Accesses}");
        }
        long pages = 0;
        if (size is not null && asked is not (Ftrace or TraceDat))
        {
            problems.Add($"--size needs --as {Ftrace} or --as {TraceDat}");
        }
        else if (size is not null && (!IsOfBytes(size) || !Quantities.TryPages(size, 0, out pages)))
        {
            problems.Add($"--size: '{size}' is no size; expected something like 256MiB or 1GiB");
        }
        if (problems.Count > 0)
        {
            throw new UsageException(problems);
        }
        if (name == SynthTrace.Mix && size is null)
        {
            _ = Quantities.TryPages(UsualMixSize, 0, out pages);
        }
        return pages * PageBytes;
    }

    // A number alone counts pages elsewhere: as the size of a file it would be 4096 times what was meant.
    private static bool IsOfBytes(string size) => size.EndsWith('B') || size.EndsWith("bytes", StringComparison.Ordinal);

    private static void Made(string name, IWorkload? workload, string asked, string target, ulong seed, long size)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(target)) is { } parent)
        {
            Directory.CreateDirectory(parent);
        }
        IReadOnlyDictionary<string, long> left;
        if (workload is null)
        {
            left = name == SynthTrace.Mix && !File.Exists(name)
                ? SynthTrace.WriteMix(target, asked == TraceDat, seed, size)
                : SynthTrace.WriteRepeated(name, target, asked == TraceDat, size);
        }
        else
        {
            string folder = target + ".capture.partial";
            try
            {
                WorkloadCapture.Write(workload, seed, folder);
                if (asked == Accesses)
                {
                    WriteAccesses(Path.Combine(folder, "truth.csv"), target);
                    return;
                }
                left = SynthTrace.WriteRepeated(Path.Combine(folder, "trace.txt"), target, asked == TraceDat, size);
            }
            finally
            {
                if (Directory.Exists(folder))
                {
                    Directory.Delete(folder, recursive: true);
                }
            }
        }
        foreach ((string what, long lines) in left)
        {
            Console.Error.WriteLine($"left out: {lines} lines of {what}, whose record form is not known here");
        }
    }

    // Columns of truth.csv: t_mono_ns, vcpu, step, gfn, op; R and W are the guest's, the others the host's and those of devices.
    private static void WriteAccesses(string truth, string target)
    {
        List<(long Ns, string Line)> accesses = [];
        foreach (string row in File.ReadLines(truth).Skip(1))
        {
            string[] cells = row.Split(',');
            if (cells.Length == 5 && cells[4] is "R" or "W" && long.TryParse(cells[0], System.Globalization.CultureInfo.InvariantCulture, out long ns))
            {
                accesses.Add((ns, $"{cells[0]},{cells[3]}\n"));
            }
        }
        IEnumerable<string> lines = accesses.OrderBy(a => a.Ns).Select(a => a.Line);
        File.WriteAllText(target + ".partial", "time_ns,page\n" + string.Concat(lines));
        File.Move(target + ".partial", target, overwrite: true);
    }
}
