using SecondLook.Replay.Demands;
using SecondLook.Replay.Hosts;

namespace SecondLook.Replay.Calibration;

/// <summary>What the capture program does beside handing accesses to the guest: its own memory and its files.</summary>
internal sealed class CaptureProgram
{
    private const int ActionOverhead = 12;

    private readonly CpuTimeline _cpus;
    private readonly ProgramPages _pages;
    private readonly ProgramFiles _files;
    private readonly ReplayedBatches _open;
    private readonly KernelMemory _kernel;

    /// <summary>Starts the program in a host without accesses.</summary>
    /// <param name="host">The host.</param>
    /// <param name="shape">Size of the program.</param>
    /// <param name="cpus">Where its threads ran.</param>
    /// <param name="beginNs">When, ns.</param>
    /// <param name="effects">Which of its pages there are.</param>
    public CaptureProgram(HostModel host, ProgramShape shape, CpuTimeline cpus, long beginNs, BackgroundEffects effects)
    {
        _cpus = cpus;
        _open = new ReplayedBatches(shape.Vcpus);
        _kernel = new KernelMemory(host, shape.Vcpus, cpus.OfCommands(beginNs));
        _pages = new ProgramPages(host, shape, cpus.OfCommands(beginNs), v => StartOf(v, cpus, beginNs), effects.ProgramPages);
        _files = new ProgramFiles(host, host.Reclaim.Switches.ForceScanWalksWithoutHw, cpus.OfCommands(beginNs), effects.ProgramFiles);
    }

    /// <summary>Model page of a frame of the control slot, which begins at guest frame 0; -1 outside it.</summary>
    public int ControlPageOf(long gfn) => _pages.ControlPageOf(gfn);

    /// <summary>A step of the plan begins.</summary>
    public void Begin(in RecordedCommand command)
    {
        string[] words = command.Detail.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        bool weighted = string.Equals(command.Word, "zipf", StringComparison.Ordinal);
        if (weighted || string.Equals(command.Word, "uniform", StringComparison.Ordinal))
        {
            _pages.Draw(Number(words, words.Length - 1), Number(words, 0), weighted, _cpus.OfCommands(command.BeginNs));
        }
        else if (string.Equals(command.Word, "seq", StringComparison.Ordinal))
        {
            _pages.Draw(0, 0, weighted: false, 0);
        }
    }

    /// <summary>A step of the plan is done and written down.</summary>
    public void End(in RecordedCommand command)
    {
        int cpu = _cpus.OfCommands(command.EndNs);
        _pages.Act(cpu);
        _files.Act(Digits(command.Step) + (2 * Digits(command.EndNs)) + command.Word.Length + command.Detail.Length + ActionOverhead, cpu);
    }

    /// <summary>A snapshot is begun.</summary>
    public void BeginSnapshot(long tsNs) => _files.BeginSnapshot(_cpus.OfCommands(tsNs));

    /// <summary>The kernel's files are copied; memory.stat comes next.</summary>
    public void CopyKernelFiles(long tsNs)
    {
        _pages.Snapshot(_cpus.OfCommands(tsNs));
        _files.CopyKernelFiles(_cpus.OfCommands(tsNs));
        _kernel.Snapshot(_cpus.OfCommands(tsNs));
    }

    /// <summary>A page is used: its page tables exist.</summary>
    public void Reach(int modelPage, int cpu) => _kernel.Reach(modelPage, cpu);

    /// <summary>The cgroup's files are copied.</summary>
    public void CopyCgroupFiles(long tsNs)
    {
        _pages.Time(_cpus.OfCommands(tsNs));
        _files.CopyCgroupFiles(_cpus.OfCommands(tsNs));
    }

    /// <summary>A residency file is written.</summary>
    public void Residency(int runs, long tsNs) => _files.Residency(runs, _cpus.OfCommands(tsNs));

    /// <summary>A batch of accesses begins.</summary>
    public void BeginBatch(int vcpu, int step, long tsNs)
    {
        EndBatch(vcpu, tsNs);
        _kernel.Run(vcpu, _cpus.OfVcpu(vcpu, tsNs));
        _pages.BeginBatch(vcpu, _cpus.OfCommands(tsNs), _cpus.OfVcpu(vcpu, tsNs));
        _open.Open(vcpu, step, tsNs);
    }

    /// <summary>The guest made the first access of a batch.</summary>
    public void FirstAccess(int vcpu, long tsNs) => _pages.Stamp(vcpu, _cpus.OfVcpu(vcpu, tsNs));

    /// <summary>The batch of a vCPU is over.</summary>
    public void EndBatch(int vcpu, long tsNs)
    {
        if (_open.Close(vcpu, out int step, out long beginNs))
        {
            int cpu = _cpus.OfVcpu(vcpu, tsNs);
            _pages.EndBatch(vcpu, cpu);
            _files.Batch(BatchLine(step, beginNs), cpu);
        }
    }

    /// <summary>Every vCPU is idle.</summary>
    public void EndBatches(long tsNs)
    {
        for (int v = 0; v < _open.Count; v++)
        {
            EndBatch(v, tsNs);
        }
    }

    // New threads are put on an idle CPU, all on the same one as long as they sleep. A single thread soon shows where; of several, those
    // that wake later move aside.
    private static int StartOf(int vcpu, CpuTimeline cpus, long beginNs)
    {
        int main = cpus.OfCommands(beginNs);
        if (cpus.Vcpus.Count > 1)
        {
            foreach (int other in cpus.Vcpus)
            {
                if (cpus.OfVcpu(other, beginNs) is int cpu && cpu != main)
                {
                    return cpu;
                }
            }
        }
        return cpus.OfVcpu(vcpu, beginNs);
    }

    // Number, vCPU, step, two times, four counters of about the same length, first record, records; commas and the line end.
    private int BatchLine(int step, long tsNs) => Digits(_files.Batches) + 1 + Digits(step) + (6 * Digits(tsNs)) + Digits(_files.Batches * 256) + 3 + 11;

    private static int Digits(long value)
    {
        int digits = 1;
        for (; value > 9; value /= 10)
        {
            digits++;
        }
        return digits;
    }

    private static long Number(string[] words, int index) =>
        index >= 0 && index < words.Length && long.TryParse(words[index], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out long value) ? value : 0;
}
