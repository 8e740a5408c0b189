using System.Globalization;
using SecondLook.Contracts.Diagnostics;
using SecondLook.Ingest.Meaning;

namespace SecondLook.Ingest.Capture;

/// <summary>Reads <c>memslots.csv</c> in the canonical form or that of the capture kit, with later changes from <c>actions.csv</c>.</summary>
internal static class MemslotFile
{
    private const int MostRowsLookedAt = 100;
    private const string Canonical = "vm,as_id,slot,gfn_base,npages,hva_base,flags,ts_from_ns,ts_to_ns";
    private const string Kit = "slot,base_gfn,npages,hva,flags";

    /// <summary>Whether a header line is one of the two forms.</summary>
    public static bool IsHeader(string line) =>
        Bare(line).StartsWith(Canonical, StringComparison.Ordinal) || Bare(line).StartsWith(Kit, StringComparison.Ordinal);

    /// <summary>Reads all rows.</summary>
    /// <param name="lines">Lines of the file, the header first.</param>
    /// <param name="vms">Names of VMs, extended.</param>
    /// <param name="kitVm">VM of rows of the kit's form, which name none.</param>
    /// <param name="bad">Takes (line, reason, text) of rows that cannot be used.</param>
    /// <exception cref="InputException">The header is unknown.</exception>
    public static List<(MemslotSpan Slot, int Line)> Read(string[] lines, VmTable vms, string kitVm, Action<int, string, string> bad)
    {
        string header = lines.Length > 0 ? Bare(lines[0]) : "";
        bool canonical = header.StartsWith(Canonical, StringComparison.Ordinal);
        bool headless = !canonical && !header.StartsWith(Kit, StringComparison.Ordinal);
        if (headless && LooksLikeRows(lines, out canonical))
        {
            // A header that is damaged costs itself.
            bad(1, "malformed_row", header);
        }
        else if (headless)
        {
            throw new InputException("unknown_format", $"memslot table: found header '{header}', expected '{Canonical}' or '{Kit}[,role]'.");
        }
        List<(MemslotSpan, int)> slots = [];
        TakenFrames taken = new();
        for (int i = 1; i < lines.Length; i++)
        {
            string line = lines[i].TrimEnd('\r');
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }
            MemslotSpan? slot = canonical ? CanonicalRow(line, vms) : KitRow(line, vms, kitVm);
            if (slot is null)
            {
                bad(i + 1, "malformed_row", line);
            }
            else if (!taken.TryAdd(slot))
            {
                bad(i + 1, "memslot_overlap", line);
            }
            else
            {
                slots.Add((slot, i + 1));
            }
        }
        return slots;
    }

    /// <summary>Applies delslot, addslot and moveslot steps.</summary>
    /// <param name="slots">Slots at the start; the result replaces them.</param>
    /// <param name="actions">Steps in order, times in the trace clock.</param>
    public static List<MemslotSpan> Apply(List<MemslotSpan> slots, IEnumerable<ActionRow> actions)
    {
        List<MemslotSpan> all = [.. slots];
        Dictionary<int, MemslotSpan> gone = [];
        foreach (ActionRow action in actions)
        {
            if (action.Rc < 0 || action.Action is not ("delslot" or "addslot" or "moveslot"))
            {
                continue;
            }
            string[] words = action.Detail.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0 || !int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out int id))
            {
                continue;
            }
            int at = all.FindIndex(s => s.Slot == id && s.ToNs is null);
            if (action.Action == "delslot" && at >= 0)
            {
                gone[id] = all[at];
                all[at] = all[at] with { ToNs = action.EndNs };
            }
            else if (action.Action == "addslot" && gone.Remove(id, out MemslotSpan? back))
            {
                all.Add(back with { FromNs = action.BeginNs, ToNs = null });
            }
            else if (action.Action == "moveslot" && at >= 0 && words.Length > 1
                && ulong.TryParse(words[1].Replace("0x", "", StringComparison.Ordinal), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong gpa))
            {
                MemslotSpan moved = all[at];
                all[at] = moved with { ToNs = action.EndNs };
                all.Add(moved with { Gfn = gpa >> 12, FromNs = action.EndNs, ToNs = null });
            }
        }
        return all;
    }

    /// <summary>Whether lines behind the first are rows of one of the two forms.</summary>
    /// <param name="lines">All lines.</param>
    /// <param name="canonical">Which form.</param>
    public static bool LooksLikeRows(string[] lines, out bool canonical)
    {
        VmTable scratch = new();
        for (int i = 1; i < Math.Min(lines.Length, MostRowsLookedAt); i++)
        {
            string line = lines[i].TrimEnd('\r');
            canonical = CanonicalRow(line, scratch) is not null;
            if (canonical || KitRow(line, scratch, "vm1") is not null)
            {
                return true;
            }
        }
        canonical = false;
        return false;
    }

    /// <summary>Whether a line is a row, of either form.</summary>
    public static bool IsRow(string line)
    {
        VmTable scratch = new();
        return line.StartsWith('#') || CanonicalRow(line, scratch) is not null || KitRow(line, scratch, "vm1") is not null;
    }

    private static MemslotSpan? CanonicalRow(string line, VmTable vms)
    {
        string[] f = line.Split(',');
        if (f.Length < 9 || f[0].Length == 0 || !CaptureFolder.TryNumber(f[1], out ulong space) || !CaptureFolder.TryNumber(f[2], out ulong id)
            || !CaptureFolder.TryNumber(f[3], out ulong gfn) || !CaptureFolder.TryNumber(f[4], out ulong pages)
            || !CaptureFolder.TryNumber(f[5], out ulong hva) || !CaptureFolder.TryNumber(f[6], out ulong flags)
            || !TryTime(f[7], out long? from) || !TryTime(f[8], out long? to) || !Sane(gfn, pages, hva)
            || space > byte.MaxValue || id > int.MaxValue || flags > uint.MaxValue || from > to)
        {
            return null;
        }
        string? role = f.Length > 9 && f[9].Length > 0 ? f[9] : null;
        return new MemslotSpan(vms.Add(f[0]), (int)space, (int)id, gfn, pages, hva, (int)flags, role, from, to);
    }

    private static MemslotSpan? KitRow(string line, VmTable vms, string vm)
    {
        string[] f = line.Split(',');
        if (f.Length < 5 || !CaptureFolder.TryNumber(f[0], out ulong id) || !CaptureFolder.TryNumber(f[1], out ulong gfn)
            || !CaptureFolder.TryNumber(f[2], out ulong pages) || !CaptureFolder.TryNumber(f[3], out ulong hva)
            || !CaptureFolder.TryNumber(f[4], out ulong flags) || !Sane(gfn, pages, hva) || id > int.MaxValue || flags > uint.MaxValue)
        {
            return null;
        }
        return new MemslotSpan(vms.Add(vm), 0, (int)id, gfn, pages, hva, (int)flags, f.Length > 5 && f[5].Length > 0 ? f[5] : null, null, null);
    }

    /// <summary>Whether frames and addresses of a slot are such as can be.</summary>
    public static bool Sane(ulong gfn, ulong pages, ulong hva) =>
        pages is > 0 and < 1UL << 40 && gfn < 1UL << 40 && (hva & 0xfff) == 0 && hva <= ulong.MaxValue - (pages << 12);

    private static bool TryTime(string text, out long? ns)
    {
        ns = null;
        if (text.Trim().Length == 0)
        {
            return true;
        }
        bool ok = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value);
        ns = value;
        return ok;
    }

    // Blanks behind the commas are none of the names.
    private static string Bare(string line) => line.TrimEnd('\r').Replace(" ", "", StringComparison.Ordinal);
}
