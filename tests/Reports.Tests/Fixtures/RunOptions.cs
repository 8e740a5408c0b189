namespace SecondLook.Reports.Tests.Fixtures;

/// <summary>What a made-up run looks like.</summary>
public sealed record RunOptions
{
    public ulong Seed { get; init; } = 1;

    public string Name { get; init; } = "fixture";

    public string[] Policies { get; init; } = ["mainline_6_12", "mglru_6_1", "lru", "opt"];

    public int Pages { get; init; } = 1024;

    public int Passes { get; init; } = 12;

    public long PassNs { get; init; } = 400_000_000;

    /// <summary>Passes between two reclaims.</summary>
    public int ReclaimEvery { get; init; } = 3;

    public int PerReclaim { get; init; } = 220;

    public string[] Schedules { get; init; } = ["uniform-1", "uniform-2", "earliest", "latest"];

    public double? Coverage { get; init; } = 1.0;

    public bool HvaOnly { get; init; }

    public string[] Mmu { get; init; } = ["tdp"];

    public int Slots { get; init; } = 1;

    public bool Calibrated { get; init; } = true;

    public int Gaps { get; init; }

    /// <summary>Text put where a trace or job brings its own strings.</summary>
    public string Hostile { get; init; } = "";

    public long[] Capacities { get; init; } = [];
}
