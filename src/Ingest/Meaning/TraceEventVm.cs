using System.Runtime.CompilerServices;
using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Meaning;

/// <summary>The VM column, which stays null when the VM is not known.</summary>
internal static class TraceEventVm
{
    /// <summary>Sets the VM unless <paramref name="vm"/> is negative.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SetVm(this ref TraceEvent e, int vm)
    {
        if (vm >= 0)
        {
            e.Vm = (short)vm;
        }
    }
}
