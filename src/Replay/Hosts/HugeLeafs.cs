using System.Numerics;
using SecondLook.Contracts.Addresses;

namespace SecondLook.Replay.Hosts;

/// <summary>
/// Accessed bits of memory that both page tables map by 2 MiB: one bit stands for all 512 pages, so that a touch of one makes every resident
/// page of its leaf look young (switch <c>huge_leafs</c>).
/// </summary>
/// <remarks>
/// <code>
/// touch of page 3      . . . T . .    every page of the leaf is young until it is asked
/// a walk asks them     y y y y y y    none is left young
/// </code>
/// Models: kvm_age_gfn and pmdp_test_and_clear_young on a level 2 leaf, whose answer counts for each of its pages once.
/// Omits: huge folios themselves: pages come by faults of their own and go one by one, as after the split that precedes reclaim; leafs of an L2.
/// </remarks>
internal sealed class HugeLeafs
{
    private readonly HostModel _host;
    private readonly bool[] _allYoung;

    /// <summary>Begins with nothing touched.</summary>
    /// <param name="host">The host.</param>
    public HugeLeafs(HostModel host)
    {
        _host = host;
        _allYoung = new bool[(host.Reclaim.Folios.Count >> 9) + 1];
    }

    /// <summary>Told of each model page whose bit a touch of another page set.</summary>
    public Action<int>? Shared { get; set; }

    /// <summary>Pages were asked: the next touch of the leaf says something new.</summary>
    /// <param name="word">Word of 64 model pages.</param>
    public void Ask(int word)
    {
        if (word >> 3 < _allYoung.Length)
        {
            _allYoung[word >> 3] = false;
        }
    }

    /// <summary>A page was touched and is mapped.</summary>
    /// <param name="page">Dense page id.</param>
    /// <param name="byHost">Through the primary page tables.</param>
    public void Touch(int page, bool byHost)
    {
        int modelPage = _host.ModelPageOf(page);
        int leaf = modelPage >> 9;
        if (_allYoung[leaf] || !_host.HasHugeLeaf(page))
        {
            return;
        }
        _allYoung[leaf] = true;
        HostProcess process = _host.Tables.ProcessOf(leaf << 9, out ulong hostPage);
        ulong firstGfn = _host.GfnOf(page) - (ulong)(modelPage & (PageSize.PagesPerTable - 1));
        for (int word = leaf << 3; word < (leaf + 1) << 3; word++)
        {
            for (ulong left = _host.Tables.Present(word); left != 0; left &= left - 1)
            {
                int at = ((word & 7) << 6) + BitOperations.TrailingZeroCount(left);
                if ((leaf << 9) + at == modelPage)
                {
                    continue;
                }
                bool set = byHost
                    ? process.Primary.Touch(hostPage + (ulong)at, write: false)
                    : process.Vm.Access(new Gfn(firstGfn + (ulong)at), write: false) == Mmu.TouchResult.Hit;
                if (set)
                {
                    Shared?.Invoke((leaf << 9) + at);
                }
            }
        }
    }
}
