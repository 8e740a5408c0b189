using System.Text;
using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Meaning;

/// <summary>What fork, exec, rename and switch events tell about threads.</summary>
internal static class IdentityEvents
{
    /// <summary>Takes one such event; it becomes no row.</summary>
    public static void Learn(IngestState state, ref TraceEvent e)
    {
        if (!e.Has(EventColumn.N0) || e.N0 is < 0 or > int.MaxValue)
        {
            return;
        }
        if (!IsNews(state, ref e))
        {
            return;
        }
        state.Tasks.Change();
        TaskRecord task = state.Tasks.Of((int)e.N0);
        if (e.Has(EventColumn.Text))
        {
            string name = state.Strings[e.Text];
            byte[] bytes = Encoding.UTF8.GetBytes(name);
            state.Tasks.Rename(task, bytes);
            task.FullName = name;
        }
        if (e.Op == TraceEventOp.Exec || (e.Op == TraceEventOp.Fork && e.Has(EventColumn.N1) && e.N1 != 0))
        {
            task.Tgid = task.Tid;
        }
        SeeVmm(state, task);
    }

    /// <summary>Whether an event tells anything new: schedulers name every thread of the host over and over, and only those matter that have
    /// events, or a name that tells a role.</summary>
    public static bool IsNews(IngestState state, ref TraceEvent e)
    {
        if (e.Op != TraceEventOp.Switch)
        {
            return true;
        }
        if (!e.Has(EventColumn.N0) || e.N0 is <= 0 or > int.MaxValue || !e.Has(EventColumn.Text))
        {
            return false;
        }
        return state.Tasks.Find((int)e.N0) is { } known
            ? known.CommId != e.Text
            : TaskRole.Of(Encoding.UTF8.GetBytes(state.Strings[e.Text])).Role is not null;
    }

    /// <summary>Notes the process of a VMM thread.</summary>
    public static void SeeVmm(IngestState state, TaskRecord task)
    {
        if (task.IsVmm && task.Tgid >= 0 && !task.IsProcessSeen)
        {
            task.IsProcessSeen = true;
            state.Vms.SeeVmm(task.Tgid);
        }
    }
}
