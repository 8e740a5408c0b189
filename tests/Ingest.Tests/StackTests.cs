using System.Globalization;
using SecondLook.Contracts.Events;
using SecondLook.Contracts.Tables;

namespace SecondLook.Ingest.Tests;

/// <summary>Kernel stacks behind aging calls tell the hook and the walk, when they are asked for.</summary>
public sealed class StackTests
{
    private const string Trace = """
        # tracer: nop
        #
                 kswapd0-74      [003] ...1.  1234.567890: kvm_age_hva: mmu notifier age hva: 0x007f3a40000000 -- 0x007f3a40001000
                 kswapd0-74      [003] ...1.  1234.567893: <stack trace>
         => kvm_mmu_notifier_clear_young
         => __mmu_notifier_clear_young
         => lru_gen_look_around
         => folio_referenced_one
                 kswapd0-74      [003] ...1.  1234.567980: kvm_age_hva: mmu notifier age hva: 0x007f3a40001000 -- 0x007f3a40002000
                 kswapd0-74      [003] ...1.  1234.567983: <stack trace>
         => __mmu_notifier_clear_flush_young+0x4e/0x90
         => folio_referenced_one
                 kswapd0-74      [003] ...1.  1234.568000: kvm_age_hva: mmu notifier age hva: 0x007f3a40002000 -- 0x007f3a40003000

        """;

    [Theory]
    [InlineData("true", "false lru_gen_look_around;true folio_referenced_one;null ")]
    [InlineData("false", "null ;null ;null ")]
    public void Run_StacksBehindCalls_TellHookAndWalk(string option, string expected)
    {
        using Scratch scratch = new();
        IngestRequest request = new() { Inputs = [scratch.Write("trace.txt", Trace)], Options = new Dictionary<string, string> { ["stacks"] = option } };
        IngestStage.Run(request, scratch["dataset"], CancellationToken.None);
        using EventsReader reader = new(scratch["dataset"]);
        TraceEvent e = default;
        List<string> found = [];
        while (reader.TryRead(ref e))
        {
            string flush = e.Has(EventColumn.Flush) ? e.Flush.ToString(CultureInfo.InvariantCulture).ToLowerInvariant() : "null";
            found.Add($"{flush} {(e.Has(EventColumn.Text) ? reader.Strings[e.Text] : "")}");
        }
        Assert.Equal(expected, string.Join(';', found));
    }
}
