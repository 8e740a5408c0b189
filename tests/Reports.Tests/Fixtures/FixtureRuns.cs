namespace SecondLook.Reports.Tests.Fixtures;

/// <summary>Made-up runs of every kind that a report must hold up to.</summary>
public static class FixtureRuns
{
    public static RunOptions Of(string name) => All.Single(o => o.Name == name);

    public static RunOptions[] All { get; } =
    [
        new() { Name = "small-tdp" },
        new() { Name = "long-tdp", Seed = 2, Passes = 64, Pages = 1024, PassNs = 9_000_000_000, ReclaimEvery = 1, PerReclaim = 125 },
        new() { Name = "shadow-hva", Seed = 3, Coverage = 0.133, HvaOnly = true, Mmu = ["shadow"], Calibrated = false },
        new() { Name = "lossy", Seed = 4, Coverage = 0.91, Gaps = 8 },
        new() { Name = "capacity", Seed = 5, Capacities = [256, 512, 768], Calibrated = false },
        new() { Name = "many", Seed = 6, Slots = 3, Policies = ["mainline_6_12", "mglru_6_1", "jh_v7", "jh_v5", "mainline_6_15", "classic_6_12", "stable_6_12_117", "lru", "opt"] },
        new() { Name = "idle", Seed = 7, ReclaimEvery = 1000 },
        new() { Name = "pair-of-references", Seed = 8, Policies = ["lru", "opt"], Schedules = ["truth"], Coverage = null },
        new() { Name = "hostile", Seed = 9, Hostile = "<script>alert(1)</script>\"'&\u0001" },
    ];
}
