using System.Globalization;

namespace SecondLook.Replay.Mmu;

/// <summary>Which spelling of the tracepoints a modelled kernel prints.</summary>
public enum TraceDialect
{
    /// <summary>Merged kernels since 6.4.</summary>
    Mainline,

    /// <summary>6.1 to 6.3: an empty entry is 0.</summary>
    Mainline61,

    /// <summary>Series v6 and v7: both aging events end in <c>fast_only: 0</c> or <c>1</c>.</summary>
    FastOnlyFlag,
}

/// <summary>Writes what the modelled kernel would have traced as ftrace text, the form that Ingest reads.</summary>
/// <remarks>
/// Models: the print formats of include/trace/events/kvm.h and arch/x86/kvm/mmu/mmutrace.h, and the line layout of kernel/trace/trace_output.c.
/// Omits: interrupt state, which is printed as dots; sub-microsecond time.
/// </remarks>
public static class FtraceWriter
{
    /// <summary>Writes a trace file.</summary>
    /// <param name="trace">The events.</param>
    /// <param name="output">Receives text, lines ended by LF.</param>
    /// <param name="dialect">Spelling.</param>
    /// <param name="cpus">Processors named in the header.</param>
    public static void Write(NotifierTrace trace, TextWriter output, TraceDialect dialect = TraceDialect.Mainline, int cpus = 1)
    {
        output.Write("# tracer: nop\n#\n");
        output.Write(string.Create(
            CultureInfo.InvariantCulture, $"# entries-in-buffer/entries-written: {trace.Events.Count}/{trace.Events.Count}   #P:{cpus}\n#\n"));
        output.Write("#                                _-----=> irqs-off/BH-disabled\n");
        output.Write("#                               / _----=> need-resched\n");
        output.Write("#                              | / _---=> hardirq/softirq\n");
        output.Write("#                              || / _--=> preempt-depth\n");
        output.Write("#                              ||| / _-=> migrate-disable\n");
        output.Write("#                              |||| /     delay\n");
        output.Write("#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION\n");
        output.Write("#              | |         |   |||||     |         |\n");
        foreach (EmittedEvent e in trace.Events)
        {
            string task = trace.Tasks[e.Task];
            int dash = task.LastIndexOf('-');
            output.Write(string.Create(
                CultureInfo.InvariantCulture,
                $"{task[..dash],16}-{task[(dash + 1)..],-7} [{e.Cpu:000}] ..... {e.TimestampNs / 1_000_000_000,5}.{e.TimestampNs % 1_000_000_000 / 1000:000000}: {NameOf(e.Kind)}: "));
            output.Write(TextOf(e, dialect));
            output.Write('\n');
        }
    }

    /// <summary>Event name as ftrace prints it.</summary>
    public static string NameOf(EmittedKind kind) => kind switch
    {
        EmittedKind.AgeHva => "kvm_age_hva",
        EmittedKind.TestAgeHva => "kvm_test_age_hva",
        EmittedKind.FastTestAgeHva => "kvm_fast_test_age_hva",
        EmittedKind.UnmapHvaRange => "kvm_unmap_hva_range",
        EmittedKind.SetSpteHva => "kvm_set_spte_hva",
        EmittedKind.SpteChanged => "kvm_tdp_mmu_spte_changed",
        EmittedKind.PageFault => "kvm_page_fault",
        EmittedKind.AccessFault => "kvm_access_fault",
        EmittedKind.ZapAllFast => "kvm_mmu_zap_all_fast",
        EmittedKind.GuestFault => "kvm_guest_fault",
        EmittedKind.MarkMmio => "mark_mmio_spte",
        EmittedKind.CheckMmio => "check_mmio_spte",
        EmittedKind.HandleMmio => "handle_mmio_page_fault",
        EmittedKind.SetSpte => "kvm_mmu_set_spte",
        EmittedKind.GetPage => "kvm_mmu_get_page",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static string TextOf(in EmittedEvent e, TraceDialect dialect)
    {
        string flag = dialect == TraceDialect.FastOnlyFlag ? $" fast_only: {e.Old}" : "";
        ulong empty = dialect == TraceDialect.Mainline61 ? 0 : SpteBits.Empty;
        return e.Kind switch
        {
            EmittedKind.AgeHva => $"mmu notifier age hva: {Hva(e.A)} -- {Hva(e.B)}{flag}",
            EmittedKind.TestAgeHva => $"mmu notifier test age hva: {Hva(e.A)}{flag}",
            EmittedKind.FastTestAgeHva => $"mmu notifier fast test age hva: {Hva(e.A)} -- {Hva(e.B)} clear: {e.Old}",
            EmittedKind.UnmapHvaRange => $"mmu notifier unmap range: {Hva(e.A)} -- {Hva(e.B)}",
            EmittedKind.SetSpteHva => $"mmu notifier set pte hva: {Hva(e.A)}",
            EmittedKind.SpteChanged =>
                $"as id {e.AddressSpace} gfn {e.A:x} level {e.Level} old_spte {Word(e.Old, empty):x} new_spte {Word(e.B, empty):x}",
            EmittedKind.PageFault => $"vcpu {e.Level} rip 0x0 address 0x{e.A:x16} error_code 0x{e.Old:x}",
            EmittedKind.AccessFault => $"IPA: {e.A:x}",
            EmittedKind.ZapAllFast => $"kvm-mmu-valid-gen {e.A:x} used_pages 0",
            EmittedKind.GuestFault => $"ipa 0x{e.A:x}, hsr 0x{e.Old:x6}, hxfar 0x{e.A:x}, pc {Hva(0)}",
            EmittedKind.MarkMmio => $"sptep:{e.A:x16} gfn {e.A:x} access {e.B:x} gen {e.Old:x}",
            EmittedKind.CheckMmio => $"spte {e.A:x} kvm_gen {e.B:x} spte-gen {e.Old:x} valid {e.Level}",
            EmittedKind.SetSpte => $"gfn {e.A:x} spte {e.B:x} (r{((e.B & 2) != 0 ? 'w' : '-')}x{((e.B & 4) != 0 ? 'u' : '-')}) level {e.Level} at {e.Old:x}",
            EmittedKind.GetPage => $"sp gen 0 gfn {e.A:x} l{e.Level} 8-byte q0 wux nxe ad root 1 sync new",
            _ => $"addr:0 gfn {e.A:x} access {e.B:x}",
        };
    }

    private static ulong Word(ulong word, ulong empty) => word == SpteBits.Empty ? empty : word;

    // The kernel pads to 16 characters with 0x among them, and prints zero without it.
    private static string Hva(ulong address) => address == 0 ? "0000000000000000" : $"0x{address:x14}";
}
