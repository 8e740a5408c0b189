namespace SecondLook.Ingest.Text.Forms;

/// <summary>The columns of a line up to its CPU, read once for all lines that begin with the same bytes.</summary>
/// <param name="comm">Task name without its padding; empty when unknown.</param>
/// <param name="tid">Thread.</param>
/// <param name="tgid">Process, or -1.</param>
/// <param name="cpu">CPU.</param>
internal sealed class TaskPrefix(byte[] comm, int tid, int tgid, int cpu)
{
    /// <summary>Task name without its padding; empty when unknown. Whoever takes the rows may put an equal array in its place.</summary>
    public byte[] Comm { get; set; } = comm;

    /// <summary>Thread.</summary>
    public int Tid { get; } = tid;

    /// <summary>Process, or -1.</summary>
    public int Tgid { get; } = tgid;

    /// <summary>CPU.</summary>
    public int Cpu { get; } = cpu;

    /// <summary>What whoever takes the rows keeps of the thread, so that it is looked up once; text itself does not know it.</summary>
    public object? Known { get; set; }

    /// <summary>Block that <see cref="Index"/> belongs to.</summary>
    public long Block { get; set; } = -1;

    /// <summary>Index among the tasks of that block.</summary>
    public int Index { get; set; }
}
