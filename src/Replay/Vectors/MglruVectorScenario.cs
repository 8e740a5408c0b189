using SecondLook.Replay.Replacement;
using SecondLook.Replay.Replacement.Settings;

namespace SecondLook.Replay.Vectors;

/// <summary>Vectors of op <c>scenario</c>: a new lruvec and a few events, one result per event.</summary>
/// <remarks>
/// Models: whole histories of a handful of pages, each alone in its range.
/// Omits: what section 14 rules out: dirty pages, neighbours, KVM's own marks.
/// </remarks>
internal static class MglruVectorScenario
{
    public static object Run(ReclaimSwitches switches, KvmVectorNode given)
    {
        bool notifiers = given.Text("has_notifiers") != "false";
        var freed = new FreedFolios();
        var bench = new ScenarioBench(switches, notifiers, freed);
        int swappiness = MglruGenerationOps.Swappiness(given);
        var results = new List<object?>();
        foreach (KvmVectorNode e in given.Mappings("events"))
        {
            int type = MglruBench.TypeOf(e);
            foreach (string name in e.Scalars("fault") ?? [])
            {
                bench.Fault(name, type == 1);
            }
            string via = e.Text("via") ?? "secondary";
            foreach (string name in e.Scalars("access") ?? [])
            {
                bench.Access(name, via);
            }
            freed.Folios.Clear();
            Act(bench, e, swappiness);
            e.RejectOthers();
#if DEBUG
            bench.Model.CheckInvariants();
#endif
            results.Add(bench.State(freed.Folios));
        }
        bench.Model.CheckInvariants();
        return results;
    }

    private static void Act(ScenarioBench bench, KvmVectorNode e, int swappiness)
    {
        int caps = bench.Model.Switches.CapBits;
        switch (e.Text("age"))
        {
            case null:
                break;
            case "walk":
                bench.Model.Age(bench.Memcg, -1, swappiness, force: true);
                break;
            case "nowalk":
                bench.Model.Switches.CapBits = caps & ~2;
                bench.Model.Switches.ForceScanWalksWithoutHw = false;
                bench.Model.Age(bench.Memcg, -1, swappiness, force: true);
                bench.Model.Switches.CapBits = caps;
                break;
            case string other:
                throw e.Bad($"unknown kind of aging '{other}'");
        }
        if (e.Text("evict") is not null)
        {
            bench.Model.EvictBatch(bench.Memcg, swappiness);
        }
    }

    /// <summary>Folios freed since the last event, in order.</summary>
    private sealed class FreedFolios : ReclaimObserver
    {
        public List<int> Folios { get; } = [];

        public override void Freed(int folio) => Folios.Add(folio);
    }

    /// <summary>The model with pages by name.</summary>
    private sealed class ScenarioBench
    {
        private readonly FlatPageTables _tables;
        private readonly AddressSpace _space;
        private readonly Dictionary<string, int> _pages = new(StringComparer.Ordinal);
        private readonly List<string> _names = [];
        private readonly bool _notifiers;

        public ScenarioBench(ReclaimSwitches switches, bool notifiers, ReclaimObserver observer)
        {
            switches.KvmMarksAccessed = false;
            _notifiers = notifiers;
            _tables = new FlatPageTables { HasNotifiers = notifiers, MapSetsTableYoung = switches.MapSetsNonleafYoung };
            Model = new ReclaimModel(switches, _tables, observer);
            Memcg = Model.AddMemcg("/vector", Model.Root);
            _space = Model.AddSpace(Memcg, notifiers);
            _space.AlwaysUsed = true;
        }

        public ReclaimModel Model { get; }

        public Memcg Memcg { get; }

        public void Fault(string name, bool file)
        {
            if (!_pages.TryGetValue(name, out int page))
            {
                Vma vma = Model.AddVma(_space, 1024L * (_pages.Count + 1), 1, file ? VmaKind.File : VmaKind.Anon);
                page = vma.FirstPage;
                _tables.Reserve(Model.Folios.Count);
                _pages[name] = page;
                _names.Add(name);
            }
            if (_tables.InPrimary(page))
            {
                return;
            }
            Model.Fault(page, guest: false, write: false);
            _tables.SetYoung(page, primary: true, secondary: _notifiers);
        }

        public void Access(string name, string via)
        {
            if (!_pages.TryGetValue(name, out int page) || !_tables.InPrimary(page))
            {
                throw new FormatException($"access of '{name}', which is not resident");
            }
            if (via is "secondary" or "both")
            {
                _tables.TouchSecondary(page);
            }
            if (via is "primary" or "both")
            {
                _tables.TouchPrimary(page);
            }
            if (via is not ("primary" or "secondary" or "both"))
            {
                throw new FormatException($"unknown way of access '{via}'");
            }
        }

        public Dictionary<string, object?> State(List<int> freed)
        {
            Replacement.Mglru.MglruLruvec lruvec = Memcg.Generations!;
            var gens = new WholeMap();
            var marks = new Dictionary<string, object?>();
            foreach (string name in _names)
            {
                int page = _pages[name];
                if (Model.Folios.GenOf(page) != 0)
                {
                    gens[name] = lruvec.SeqOf(Model.Folios.GenOf(page));
                    marks[name] = MglruBench.NamesOf(Model.Folios.Flags[page]);
                }
            }
            return new Dictionary<string, object?>
            {
                ["gens"] = gens,
                ["marks"] = marks,
                ["max_seq"] = lruvec.MaxSeq,
                ["min_seq"] = new Dictionary<string, object?> { ["anon"] = lruvec.MinSeq(0), ["file"] = lruvec.MinSeq(1) },
                ["evicted"] = freed.ConvertAll(folio => _names.Find(name => _pages[name] == folio)),
                ["notifier_calls"] = _tables.NotifierCalls,
            };
        }
    }
}
