using System.Globalization;
using SecondLook.Contracts.Runs;
using SecondLook.Replay.Hosts;
using SecondLook.Replay.Mmu;

namespace SecondLook.Replay.Workloads;

/// <summary>Makes a capture folder out of a workload: what <c>ingest</c> reads like a genuine one.</summary>
public static class WorkloadCapture
{
    /// <summary>Preset of the kernel that is traced.</summary>
    public const string TracedKernel = "mainline_6_15";

    /// <summary>Writes <c>trace.txt</c>, <c>memslots.csv</c>, <c>actions.csv</c>, <c>truth.csv</c>, <c>job.env</c> (the clock) and <c>run.txt</c>.</summary>
    /// <param name="workload">What happens.</param>
    /// <param name="seed">Seed of its numbers.</param>
    /// <param name="folder">Target; made when it is not there.</param>
    public static void Write(IWorkload workload, ulong seed, string folder)
    {
        ModelledHost host = new(workload.Slots, Setup(), workload.MachinePages);
        workload.Run(host, new Xoshiro256(seed, "synth." + workload.Name));
        host.Finish();
        Directory.CreateDirectory(folder);
        using (StringWriter trace = new(CultureInfo.InvariantCulture) { NewLine = "\n" })
        {
            FtraceWriter.Write(host.Trace, trace, cpus: 2);
            AtomicFile.WriteText(Path.Combine(folder, "trace.txt"), trace.ToString());
        }
        bool main = true;
        foreach (string vm in host.Vms)
        {
            // The first VM's files stand in the folder itself, those of others in folders of their names.
            string place = main ? folder : Path.Combine(folder, vm);
            Directory.CreateDirectory(place);
            main = false;
            List<string> slots = ["slot,base_gfn,npages,hva,flags,role"];
            foreach (SlotPages slot in host.Slots)
            {
                if (string.Equals(slot.Vm, vm, StringComparison.Ordinal))
                {
                    slots.Add(string.Create(CultureInfo.InvariantCulture, $"{slot.Slot},0x{slot.Gfn:x},{slot.Npages},0x{slot.Hva:x},0,{(slot.HostOnly ? GuestPages.HostRole : "data")}"));
                }
            }
            WriteLines(place, "memslots.csv", slots);
            WriteLines(place, "actions.csv", host.Actions);
            WriteLines(place, "truth.csv", host.TruthOf(vm));
        }
        WriteLines(folder, "job.env", ["CLOCK=mono"]);
        WriteLines(folder, "run.txt", [$"workload {workload.Name}", string.Create(CultureInfo.InvariantCulture, $"seed {seed}"), $"model {TracedKernel}", "start_mono_ns 1000000000"]);
    }

    private static HostSetup Setup()
    {
        List<string> problems = [];
        Contracts.Jobs.PolicySpec spec = new(TracedKernel, TracedKernel, new Dictionary<string, string>(StringComparer.Ordinal));
        return PolicyPresets.TryResolve(spec, "synth", problems, out PolicyPlan? plan)
            ? HostSetup.Of(plan, new CaptureFacts { SpteChanges = true })
            : throw new InvalidOperationException(string.Join("; ", problems));
    }

    private static void WriteLines(string folder, string name, IReadOnlyList<string> lines) =>
        AtomicFile.WriteText(Path.Combine(folder, name), string.Join('\n', lines) + "\n");
}
