using SecondLook.Ingest.Formats.TraceDat;

namespace SecondLook.Ingest.Tests.Formats.TraceDat;

public sealed class PrintedValuesTests
{
    [Fact]
    public void Parse_ComparisonsAndNames_FindsLabelFieldAndValues()
    {
        List<PrintedValue> values = PrintedValues.Parse(
            "\"vcpu %d type=%s size=%ldB spurious %d fixed %d\", REC->vcpu_id, __print_symbolic( REC->member, { 0, \"MM_FILEPAGES\" }, { 0x2, \"A, (B)\" }), " +
            "REC->size, REC->ret == 6, REC->ret == 5");
        Assert.Equal(["type", "spurious", "fixed"], values.Select(v => v.Label));
        Assert.Equal(["member", "ret", "ret"], values.Select(v => v.Field));
        Assert.Equal("A, (B)"u8.ToArray(), values[0].Names![2]);
        Assert.Equal(6UL, values[1].EqualTo);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"")]
    [InlineData("\"%")]
    [InlineData("\"%d %s\", __print_symbolic(REC->, {")]
    [InlineData("\"%s\", __print_symbolic(REC->a, { \"x\" }, }, 1, \"y\" })")]
    [InlineData("\"%d\", REC-> == 5")]
    public void Parse_Nonsense_FindsNothing(string text) => Assert.Empty(PrintedValues.Parse(text));
}
