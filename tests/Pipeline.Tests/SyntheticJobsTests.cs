using System.Globalization;
using System.IO.Compression;
using SecondLook.Contracts.Tables;

namespace SecondLook.Pipeline.Tests;

/// <summary>The synthetic samples are what synth makes, and their jobs show what they were made for.</summary>
public sealed class SyntheticJobsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("nested_l2_only", "nested-l2-only")]
    [InlineData("nested_shared_pages", "nested-shared-page")]
    [InlineData("memslot_churn", "memslot-churn")]
    [InlineData("mmio_device", "mmio-device")]
    [InlineData("vms_beside_host", "vms-beside-host")]
    public void Synth_OfTheNamedSeed_MakesTheSample(string workload, string sample)
    {
        SecondLookProcess synth = SecondLookProcess.Run(_folder.Path, "synth", workload, "--seed", "1", "-o", "made");
        Assert.True(synth.ExitCode == 0, synth.Errors);
        foreach (string file in (string[])["trace.txt", "truth.csv"])
        {
            using GZipStream packed = new(File.OpenRead(Path.Combine(RepositoryFiles.Sample(sample), file + ".gz")), CompressionMode.Decompress);
            using StreamReader reader = new(packed);
            Assert.True(reader.ReadToEnd() == File.ReadAllText(_folder.File("made/" + file)), $"{sample}/{file} is not what synth makes; make it anew as its capture.md says");
        }
        Assert.Equal(File.ReadAllText(Path.Combine(RepositoryFiles.Sample(sample), "actions.csv")), File.ReadAllText(_folder.File("made/actions.csv")));
    }

    [Fact]
    public void NestedL2Only_FastOnlyPolicies_MissWhatTheShadowMmuKnows()
    {
        Dictionary<string, double> missed = Metric("nested-l2-only", "missed_young");
        Assert.Equal(0, missed["mainline_6_15"]);
        Assert.Equal(0, missed["jh_v7"]);
        Assert.True(missed["jh_v6"] > 1000 && missed["sc_flag"] > 1000 && missed["mglru_6_1"] > 1000);
    }

    [Fact]
    public void NestedSharedPage_WrongElide_FindsPagesYoungThatNobodyUsed()
    {
        Dictionary<string, double> found = Metric("nested-shared-page", "young_found");
        Assert.Equal(found["mainline_6_15"], found["jh_v7"]);
        // Eight groups of 96 pages, each young once more than it should be.
        Assert.Equal(8 * 96, found["wrong_elide"] - found["mainline_6_15"]);
    }

    [Fact]
    public void MemslotDeletion_MechanismsThatZapEverything_LoseTheHotSet()
    {
        Dictionary<string, double> refaults = Metric("memslot-deletion", "refaults");
        Assert.Equal(refaults["zap_all_fast"], refaults["zap_all_slow"]);
        Assert.Equal(refaults["slot_leafs"], refaults["slot_pages_2019"]);
        Assert.True(refaults["zap_all_fast"] > 3 * refaults["slot_leafs"]);
    }

    /// <summary>Where aging does not ask KVM, guests look idle until eviction asks; what is saved there is paid by the host's program.</summary>
    [Fact]
    public void VmsBesideHost_PoliciesThatDoNotAskKvm_TakeTheHostsPages()
    {
        Run("vms-beside-host");
        Dictionary<string, long> Refaults(string vm) => new[] { "mglru_6_1", "mainline_6_12", "mainline_7_2", "no_secondary_hook" }.ToDictionary(p => p, p =>
        {
            Table table = Table.Read(_folder.File($"run/replay/{p}/vm_totals.parquet"), VmTotalsTable.Schema);
            return Enumerable.Range(0, table.RowCount).Where(r => table[VmTotalsTable.Vm][r] == vm).Sum(r => table[VmTotalsTable.Refaults][r]);
        });
        Dictionary<string, long> host = Refaults("vm3");
        Assert.True(host["mglru_6_1"] > 2 * host["mainline_6_12"], $"{host["mglru_6_1"]} to {host["mainline_6_12"]}");
        Assert.True(host["no_secondary_hook"] > host["mainline_7_2"], $"{host["no_secondary_hook"]} to {host["mainline_7_2"]}");
        Assert.Contains("id=\"vms\"", File.ReadAllText(_folder.File("run/report/index.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void Mmio_EntriesOfBothMmus_AreFoundAgainUntilMemslotsChange()
    {
        Run("mmio");
        string figure = File.ReadAllText(_folder.File("run/report/figures/P12.csv"));
        string[][] rows = [.. figure.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(',')).Where(r => r[1] == "mmio")];
        // Four registers, and one memslot change every other round of six: each writes at most four entries anew.
        Assert.Equal(("read", true), (rows.Single(r => r[0] == "mainline_7_2")[2], Calls(rows, "mainline_7_2") is > 0 and <= 16));
        Assert.Equal(("write", true), (rows.Single(r => r[0] == "mainline_7_2_shadow")[2], Calls(rows, "mainline_7_2_shadow") == Calls(rows, "mainline_7_2")));
    }

    private static long Calls(string[][] rows, string policy) => long.Parse(rows.Single(r => r[0] == policy)[3], CultureInfo.InvariantCulture);

    private Dictionary<string, double> Metric(string job, string metric)
    {
        Run(job);
        string[][] rows = [.. File.ReadAllLines(_folder.File("run/metrics.csv")).Select(l => l.Split(','))];
        int policy = Array.IndexOf(rows[0], "policy");
        int name = Array.IndexOf(rows[0], "metric");
        int value = Array.IndexOf(rows[0], "value");
        return rows.Where(r => r[name] == metric && r[value].Length > 0)
            .ToDictionary(r => r[policy], r => double.Parse(r[value], CultureInfo.InvariantCulture), StringComparer.Ordinal);
    }

    private void Run(string job)
    {
        SecondLookProcess run = SecondLookProcess.Run(_folder.Path, "run", Path.Combine(RepositoryFiles.Root, "pipeline", "jobs", job + ".json"), "-o", "run");
        Assert.True(run.ExitCode == 0, run.Errors);
    }
}
