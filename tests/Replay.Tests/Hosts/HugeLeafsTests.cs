using SecondLook.Replay.Hosts;
using SecondLook.Replay.Replacement;
using SecondLook.Replay.Replacement.Settings;

namespace SecondLook.Replay.Tests.Hosts;

/// <summary>One accessed bit for the pages of a 2 MiB leaf, on a small host.</summary>
public class HugeLeafsTests
{
    private const ulong Hva = 0x600000000000;

    [Theory]
    [InlineData(0x40000UL, 1024, false, true)]
    [InlineData(0x40000UL, 1024, true, true)]
    [InlineData(0x40001UL, 1024, false, false)] // guest and host frames differ within the leaf: KVM maps by 4 KiB
    [InlineData(0x40000UL, 511, false, false)] // the slot ends within the leaf
    public void Touch_OnePage_MakesItsLeafYoung(ulong gfn, int pages, bool byHost, bool huge)
    {
        HostModel host = Host(gfn, pages);
        HugeLeafs leafs = new(host);
        host.Tables.Asked += (word, _, _) => leafs.Ask(word);
        foreach (int page in new[] { 0, 70, 300, 510 })
        {
            Assert.True(host.GuestAccess(page, write: true, cpu: 0));
        }
        Clear(host);
        Assert.False(host.IsYoungAnywhere(70));
        Assert.True(byHost ? host.HostAccess(70, write: false, cpu: 0) : host.GuestAccess(70, write: false, cpu: 0));
        leafs.Touch(70, byHost);
        Assert.Equal(new[] { huge, true, huge, huge }, new[] { 0, 70, 300, 510 }.Select(host.IsYoungAnywhere));
        Assert.False(host.IsMapped(1));
        // Once asked, all are old until the next touch.
        Clear(host);
        Assert.False(host.IsYoungAnywhere(300));
        Assert.True(host.GuestAccess(0, write: false, cpu: 0));
        leafs.Touch(0, byHost: false);
        Assert.Equal(huge, host.IsYoungAnywhere(300));
        host.CheckInvariants();
    }

    private static void Clear(HostModel host)
    {
        for (int word = 0; word < 8; word++)
        {
            host.Tables.ClearYoung(word, host.Tables.Present(word), SecondaryScope.All, YoungCaller.Walk);
        }
    }

    private static HostModel Host(ulong gfn, int pages)
    {
        PolicyPlan plan = ReplayCatalog.Resolve([new("mainline_6_15", "mainline_6_15", new Dictionary<string, string>())])[0];
        HostSetup setup = HostSetup.Of(plan, new CaptureFacts { SpteChanges = true });
        return new HostModel(GuestPages.FromSlots([new("", 1, gfn, pages, Hva, 0)]), setup, new ReclaimObserver(), 0);
    }
}
