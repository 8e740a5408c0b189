using System.Globalization;

namespace SecondLook.Replay.Tests.Mmu.Recorded;

/// <summary>A plain reader of single ftrace lines: task, time, event, numbers in the order printed.</summary>
internal static class RecordedLine
{
    public static bool TryParse(string line, out RecordedEvent parsed, out long mono)
    {
        parsed = default;
        mono = -1;
        int bracket = line.IndexOf(" [", StringComparison.Ordinal);
        if (bracket < 0 || line[0] == '#')
        {
            return false;
        }
        int close = line.IndexOf(']', bracket);
        string[] rest = line[(close + 1)..].Split(' ', 4, StringSplitOptions.RemoveEmptyEntries);
        int time = rest[0].EndsWith(':') ? 0 : 1;
        if (rest.Length < time + 2 || !rest[time].EndsWith(':') || !rest[time + 1].EndsWith(':'))
        {
            return false;
        }
        string task = line[..bracket].Trim();
        int group = task.IndexOf(" (", StringComparison.Ordinal);
        task = group > 0 ? task[..group].Trim() : task;
        long ns = (long)(decimal.Parse(rest[time].TrimEnd(':'), CultureInfo.InvariantCulture) * 1_000_000_000m);
        string name = rest[time + 1].TrimEnd(':');
        string text = string.Join(' ', rest[(time + 2)..]);
        if (name == "tracing_mark_write")
        {
            int at = text.IndexOf(" mono ", StringComparison.Ordinal);
            mono = at < 0 ? -1 : long.Parse(text[(at + 6)..].Split(' ')[0], CultureInfo.InvariantCulture);
            parsed = new RecordedEvent(RecordedKind.Other, ns, task, 0);
            return true;
        }
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        ulong After(string key)
        {
            int at = Array.IndexOf(words, key);
            return at < 0 ? 0 : Number(words[at + 1]);
        }
        switch (name)
        {
            case "kvm_age_hva":
                parsed = new RecordedEvent(RecordedKind.AgeHva, ns, task, Number(words[4]), Number(words[6]));
                return true;
            case "kvm_test_age_hva":
                parsed = new RecordedEvent(RecordedKind.TestAgeHva, ns, task, Number(words[^1]));
                return true;
            case "kvm_unmap_hva_range":
                parsed = new RecordedEvent(RecordedKind.UnmapHva, ns, task, Number(words[4]), Number(words[6]));
                return true;
            case "kvm_tdp_mmu_spte_changed":
                parsed = new RecordedEvent(
                    RecordedKind.SpteChanged, ns, task, After("gfn"), After("new_spte"), After("old_spte"), (int)After("level"), (int)Number(words[2]));
                return true;
            case "kvm_page_fault":
                parsed = new RecordedEvent(RecordedKind.PageFault, ns, task, After("address"), After("error_code"));
                return true;
            case "fast_page_fault":
                parsed = new RecordedEvent(RecordedKind.FastPageFault, ns, task, After("gva"), After("new"), After("old"), (int)After("fixed"), (int)After("spurious"));
                return true;
            case "kvm_mmu_set_spte":
                parsed = new RecordedEvent(RecordedKind.SetSpte, ns, task, After("gfn"), After("spte"), 0, (int)After("level"));
                return true;
            case "kvm_mmu_spte_requested":
                parsed = new RecordedEvent(RecordedKind.SpteRequested, ns, task, After("gfn"), After("pfn"), 0, (int)After("level"));
                return true;
            case "mark_mmio_spte":
                parsed = new RecordedEvent(RecordedKind.MmioMark, ns, task, After("gfn"), After("access"), After("gen"));
                return true;
            case "check_mmio_spte":
                parsed = new RecordedEvent(RecordedKind.MmioCheck, ns, task, After("spte"), After("kvm_gen"), After("spte-gen"), (int)After("valid"));
                return true;
            case "handle_mmio_page_fault":
                parsed = new RecordedEvent(RecordedKind.MmioHandled, ns, task, After("gfn"));
                return true;
            case "kvm_mmu_zap_all_fast":
                parsed = new RecordedEvent(RecordedKind.ZapAllFast, ns, task, After("kvm-mmu-valid-gen"));
                return true;
            case "kvm_guest_fault":
                parsed = new RecordedEvent(RecordedKind.GuestFault, ns, task, After("ipa"), After("hsr"));
                return true;
            case "kvm_access_fault":
                parsed = new RecordedEvent(RecordedKind.AccessFault, ns, task, Number(words[1]));
                return true;
            default:
                parsed = new RecordedEvent(RecordedKind.Other, ns, task, 0);
                return true;
        }
    }

    private static ulong Number(string word)
    {
        string digits = word.TrimEnd(',');
        digits = digits.StartsWith("0x", StringComparison.Ordinal) ? digits[2..] : digits;
        return ulong.TryParse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong value) ? value : 0;
    }
}
