using System.Text;
using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Meaning;

/// <summary>What fork, exec and rename events tell about threads.</summary>
internal static class IdentityEvents
{
    /// <summary>Takes one such event; it becomes no row.</summary>
    public static void Learn(IngestState state, ref TraceEvent e)
    {
        if (!e.Has(EventColumn.N0) || e.N0 is < 0 or > int.MaxValue)
        {
            return;
        }
        TaskRecord task = state.Tasks.Of((int)e.N0);
        if (e.Has(EventColumn.Text))
        {
            string name = state.Strings[e.Text];
            byte[] bytes = Encoding.UTF8.GetBytes(name);
            state.Tasks.Rename(task, bytes);
            task.FullName = name;
        }
        if (e.Op == TraceEventOp.Exec)
        {
            task.Tgid = task.Tid;
        }
        SeeVmm(state, task);
    }

    /// <summary>Notes the process of a VMM thread.</summary>
    public static void SeeVmm(IngestState state, TaskRecord task)
    {
        if (task.IsVmm && task.Tgid >= 0)
        {
            state.Vms.SeeVmm(task.Tgid);
        }
    }
}
