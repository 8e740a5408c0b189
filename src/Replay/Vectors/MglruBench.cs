using System.Globalization;
using SecondLook.Replay.Replacement;
using SecondLook.Replay.Replacement.Lists;
using SecondLook.Replay.Replacement.Mglru;
using SecondLook.Replay.Replacement.Settings;
using YamlDotNet.RepresentationModel;

namespace SecondLook.Replay.Vectors;

/// <summary>A reclaim model that a vector puts into a state by hand: one memcg, one process, folios by name.</summary>
/// <remarks>
/// Models: nothing by itself.
/// Omits: nothing.
/// </remarks>
internal sealed class MglruBench
{
    private readonly Dictionary<string, int> _folios = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];
    private long _nextVpn = 512;

    public MglruBench(ReclaimSwitches switches, bool hasNotifiers = true)
    {
        switches.KvmMarksAccessed = false;
        Tables = new FlatPageTables { HasNotifiers = hasNotifiers, MapSetsTableYoung = switches.MapSetsNonleafYoung };
        Switches = switches;
        Model = new ReclaimModel(switches, Tables);
        Memcg = Model.AddMemcg("/vector", Model.Root);
        Space = Model.AddSpace(Memcg, hasNotifiers);
        Space.AlwaysUsed = true;
        Lruvec = Memcg.Generations!;
        Policy = Model.Mglru!;
    }

    public ReclaimSwitches Switches { get; }

    public FlatPageTables Tables { get; }

    public ReclaimModel Model { get; }

    public Memcg Memcg { get; }

    public AddressSpace Space { get; }

    public MglruLruvec Lruvec { get; }

    public MglruPolicy Policy { get; }

    public FolioTable Folios => Model.Folios;

    public IReadOnlyList<string> Names => _names;

    public int this[string name] => _folios.TryGetValue(name, out int folio) ? folio : throw new FormatException($"unknown folio '{name}'");

    public bool Has(string name) => _folios.ContainsKey(name);

    public string NameOf(int folio)
    {
        foreach (string name in _names)
        {
            if (_folios[name] == folio)
            {
                return name;
            }
        }
        return "?";
    }

    /// <summary>Sets the generations; births stay.</summary>
    public void SetGenerations(long max, long minAnon, long minFile)
    {
        Lruvec.MaxSeq = max;
        Lruvec.MinSeqs[0] = minAnon;
        Lruvec.MinSeqs[1] = minFile;
        Lruvec.WalkSeq = max - 1;
    }

    /// <summary>A page in a range of its own, with the given length of range around it.</summary>
    public int AddPage(string name, bool file, int vmaPages = 1)
    {
        Vma vma = Model.AddVma(Space, _nextVpn, vmaPages, file ? VmaKind.File : VmaKind.Anon);
        _nextVpn += 1024;
        Tables.Reserve(Folios.Count);
        Name(name, vma.FirstPage);
        return vma.FirstPage;
    }

    public void Name(string name, int folio)
    {
        _folios[name] = folio;
        _names.Add(name);
        Folios.Memcg[folio] = (ushort)Memcg.Id;
    }

    /// <summary>Makes a named folio resident with flags; no list yet.</summary>
    public void Fill(int folio, bool file, FolioFlags flags) =>
        Folios.Flags[folio] = flags | FolioFlags.Resident | (file ? FolioFlags.None : FolioFlags.SwapBacked);

    /// <summary>Puts a folio on the physical list of a sequence, head side first, with its own generation field.</summary>
    public void PlaceAtTail(int folio, int type, long listSeq, long genSeq)
    {
        int slot = (int)(listSeq & 3);
        int gen = (int)(genSeq & 3) + 1;
        Lruvec.Lists[Lruvec.Index(slot, type, 0)].AddTail(Folios.Next, Folios.Prev, folio);
        Folios.Gen[folio] = (byte)((slot << 4) | gen);
        Folios.SetOnList(folio);
        Lruvec.NrPages[Lruvec.Index(gen - 1, type, 0)] += Folios.PagesOf(folio);
    }

    /// <summary>Non-empty physical lists by sequence, head to tail.</summary>
    public WholeMap ListsOf(int type)
    {
        var lists = new WholeMap();
        for (long seq = Lruvec.MinSeqs[type]; seq <= Lruvec.MaxSeq; seq++)
        {
            FolioList list = Lruvec.Lists[Lruvec.Index((int)(seq & 3), type, 0)];
            if (list.IsEmpty)
            {
                continue;
            }
            var names = new List<object?>();
            for (int folio = list.Head; folio >= 0; folio = Folios.Next[folio])
            {
                names.Add(NameOf(folio));
            }
            lists[seq.ToString(CultureInfo.InvariantCulture)] = names;
        }
        return lists;
    }

    /// <summary>Flags of a YAML list; refs_bits go in as well.</summary>
    public static FolioFlags FlagsOf(KvmVectorNode node)
    {
        FolioFlags flags = FolioFlags.None;
        foreach (string name in node.Scalars("flags") ?? [])
        {
            flags |= name switch
            {
                "referenced" => FolioFlags.Referenced,
                "workingset" => FolioFlags.Workingset,
                "active" => FolioFlags.Active,
                "reclaim" => FolioFlags.Reclaim,
                "dirty" => FolioFlags.Dirty,
                "writeback" => FolioFlags.Writeback,
                "locked" => FolioFlags.Locked,
                "swapcache" => FolioFlags.SwapCache,
                "swapbacked" => FolioFlags.SwapBacked,
                "unevictable" or "mlocked" => FolioFlags.Unevictable,
                "exec" or "exec_file" => FolioFlags.ExecFile,
                _ => throw node.Bad($"unknown flag '{name}'"),
            };
        }
        return FolioTable.WithRefsBits(flags, (int)node.Number("refs_bits", 0));
    }

    /// <summary>Reference flags as the vectors list them.</summary>
    public static List<object?> NamesOf(FolioFlags flags)
    {
        var names = new List<object?>();
        if ((flags & FolioFlags.Referenced) != 0)
        {
            names.Add("referenced");
        }
        if ((flags & FolioFlags.Workingset) != 0)
        {
            names.Add("workingset");
        }
        return names;
    }

    /// <summary>A signed number.</summary>
    public static long Signed(KvmVectorNode node, string key, long otherwise) => node.Text(key) is { } text
        ? long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
            ? value
            : throw node.Bad($"'{text}' is no number")
        : otherwise;

    /// <summary>0 anon, 1 file, from the key <c>type</c>.</summary>
    public static int TypeOf(KvmVectorNode node, string otherwise = "anon") => (node.Text("type") ?? otherwise) switch
    {
        "anon" or "shmem" => 0,
        "file" => 1,
        string other => throw node.Bad($"unknown type '{other}'"),
    };

    /// <summary>A list of lists of numbers.</summary>
    public static List<long[]> Rows(KvmVectorNode node, string key)
    {
        var rows = new List<long[]>();
        foreach (YamlNode row in (node.Get(key) as YamlSequenceNode ?? throw node.Bad($"'{key}' is no list")).Children)
        {
            rows.Add(Array.ConvertAll(node.ScalarsOf(row).ToArray(), text => long.Parse(text, CultureInfo.InvariantCulture)));
        }
        return rows;
    }
}
