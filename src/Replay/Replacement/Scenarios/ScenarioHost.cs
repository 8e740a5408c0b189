using SecondLook.Replay.Replacement.Settings;

namespace SecondLook.Replay.Replacement.Scenarios;

/// <summary>One memcg with one process and one mapping, and the uses that a scenario makes of it.</summary>
/// <remarks>Models: a VM process whose whole memory is one memslot. Omits: everything else in the process.</remarks>
internal sealed class ScenarioHost
{
    private readonly FlatPageTables _tables;
    private readonly bool[] _known;

    public ScenarioHost(ReclaimSwitches switches, int pages, bool notifiers, int swappiness)
    {
        _tables = new FlatPageTables { HasNotifiers = notifiers, MapSetsTableYoung = switches.MapSetsNonleafYoung };
        Model = new ReclaimModel(switches, _tables);
        Memcg = Model.AddMemcg("/scenario", Model.Root);
        Memcg.Swappiness = swappiness;
        Space = Model.AddSpace(Memcg, notifiers);
        Space.AlwaysUsed = true;
        Vma vma = Model.AddVma(Space, 0, pages);
        First = vma.FirstPage;
        Pages = pages;
        _tables.Reserve(Model.Folios.Count);
        _known = new bool[pages];
    }

    public ReclaimModel Model { get; }

    public Memcg Memcg { get; }

    public AddressSpace Space { get; }

    public int First { get; }

    public int Pages { get; }

    public FlatPageTables Tables => _tables;

    /// <summary>The page existed at some time.</summary>
    public bool Known(int page) => _known[page];

    public void Touch(int index, bool guest, bool write)
    {
        int page = First + index;
        _known[index] = true;
        Space.Used = true;
        if (guest)
        {
            if (!_tables.InSecondary(page))
            {
                Model.Fault(page, guest: true, write);
            }
            else if (write)
            {
                Model.MarkDirty(page);
            }
            _tables.TouchSecondary(page);
            return;
        }
        if (!_tables.InPrimary(page))
        {
            Model.Fault(page, guest: false, write);
        }
        else if (write)
        {
            Model.MarkDirty(page);
        }
        _tables.TouchPrimary(page);
    }
}
