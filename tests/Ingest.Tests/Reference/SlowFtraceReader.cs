using System.Globalization;
using System.Text.RegularExpressions;

namespace SecondLook.Ingest.Tests.Reference;

/// <summary>One event as the slow reader sees it.</summary>
internal sealed record SlowEvent(long Line, string Comm, int Tid, int Cpu, long TsNs, string Event, string Fields);

/// <summary>The obvious reader: a line at a time, regular expressions of trace-formats.md 2.1, strings everywhere.</summary>
internal static partial class SlowFtraceReader
{
    private static readonly Dictionary<string, Regex> Messages = new(StringComparer.Ordinal)
    {
        ["kvm_age_hva"] = AgeHva(),
        ["kvm_test_age_hva"] = TestAgeHva(),
        ["kvm_unmap_hva_range"] = Unmap(),
        ["kvm_tdp_mmu_spte_changed"] = Spte(),
        ["kvm_page_fault"] = Fault(),
    };

    /// <summary>Events of the five core tracepoints, and the number of all other event lines.</summary>
    public static (List<SlowEvent> Events, Dictionary<string, int> Others) Read(TextReader text)
    {
        List<SlowEvent> events = [];
        Dictionary<string, int> others = new(StringComparer.Ordinal);
        int number = 0;
        while (text.ReadLine() is { } raw)
        {
            number++;
            Match line = Line().Match(raw);
            if (!line.Success)
            {
                continue;
            }
            string name = line.Groups["event"].Value;
            if (!Messages.TryGetValue(name, out Regex? form))
            {
                others[name] = others.GetValueOrDefault(name) + 1;
                continue;
            }
            Match message = form.Match(line.Groups["msg"].Value);
            if (message.Success)
            {
                string[] values = [.. message.Groups.Values.Skip(1).Select(g => g.Value.Replace("0x", "", StringComparison.Ordinal).TrimStart('0'))];
                decimal seconds = decimal.Parse(line.Groups["ts"].Value, CultureInfo.InvariantCulture);
                events.Add(new SlowEvent(
                    number, line.Groups["comm"].Value.TrimStart(' '), int.Parse(line.Groups["pid"].Value, CultureInfo.InvariantCulture),
                    int.Parse(line.Groups["cpu"].Value, CultureInfo.InvariantCulture), (long)(seconds * 1_000_000_000m), name, string.Join(' ', values)));
            }
        }
        return (events, others);
    }

    [GeneratedRegex(@"^(?<comm>.{16})-(?<pid>\d+)\s+(?:\(\s*(?:\d+|-+)\)\s+)?\[(?<cpu>\d+)\]\s+(?:[^\s:]{3,9}\s+)?(?<ts>\d+\.\d+):\s+(?<event>[A-Za-z0-9_]+):\s*(?<msg>.*)$")]
    private static partial Regex Line();

    [GeneratedRegex("^mmu notifier age hva: (?:0x)?([0-9a-f]+) -- (?:0x)?([0-9a-f]+)$")]
    private static partial Regex AgeHva();

    [GeneratedRegex("^mmu notifier test age hva: (?:0x)?([0-9a-f]+)$")]
    private static partial Regex TestAgeHva();

    [GeneratedRegex("^mmu notifier unmap range: (?:0x)?([0-9a-f]+) -- (?:0x)?([0-9a-f]+)$")]
    private static partial Regex Unmap();

    [GeneratedRegex(@"^as id (\d+) gfn ([0-9a-f]+) level (\d+) old_spte ([0-9a-f]+) new_spte ([0-9a-f]+)$")]
    private static partial Regex Spte();

    [GeneratedRegex("^vcpu (\\d+) rip 0x[0-9a-f]+ address 0x([0-9a-f]+) error_code 0x([0-9a-f]+)$")]
    private static partial Regex Fault();
}
