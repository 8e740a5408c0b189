using SecondLook.Contracts.Runs;

namespace SecondLook.Replay.Workloads;

/// <summary>A made-up guest: what it touches and when the host asks for memory. Seeded, so that one seed gives one capture.</summary>
public interface IWorkload
{
    /// <summary>Name on the command line, lower case with underscores.</summary>
    string Name { get; }

    /// <summary>One line of explanation.</summary>
    string Summary { get; }

    /// <summary>Memslots at the start.</summary>
    IReadOnlyList<SlotPages> Slots { get; }

    /// <summary>Memory of the machine, pages; 0 when only commands free any. With a limit each process has a cgroup of its own under the root.</summary>
    long MachinePages => 0;

    /// <summary>Lets it happen.</summary>
    /// <param name="host">The modelled host; records everything.</param>
    /// <param name="random">The workload's own stream of numbers.</param>
    void Run(ModelledHost host, Xoshiro256 random);
}
