using SecondLook.Replay.Calibration;

namespace SecondLook.Replay.Tests.Calibration;

public sealed class ProgramShapeTests
{
    private const int SmallThreads = 40;

    [Fact]
    public void Shape_StackInAHugePage_LeavesTheHeapAsItWas()
    {
        ProgramShape small = Shape(SmallThreads, 0);
        ProgramShape huge = Shape(SmallThreads - ProgramShape.ThreadPages + ProgramShape.HugePages, ProgramShape.HugePages);

        Assert.Equal(0, small.HugeThreads);
        Assert.Equal(1, huge.HugeThreads);
        Assert.Equal(small.HeapPages, huge.HeapPages);
        Assert.Equal(small.SmallGuestPages, huge.SmallGuestPages);
        Assert.Equal(small.ControlPages, huge.ControlPages);
    }

    [Fact]
    public void Shape_MoreHugePagesThanThreads_CountsThreadsOnly() =>
        Assert.Equal(1, Shape(4 * ProgramShape.HugePages, 3 * ProgramShape.HugePages).HugeThreads);

    // Counted on captures with one vCPU and 1024 data pages: what memory.stat calls anon at start (x86), the pages that the first passes ask (arm64).
    [Theory]
    [InlineData(1, true, 36)]
    [InlineData(2, true, 56)]
    [InlineData(1, false, 30)]
    public void UsualPages_OfACaptureThatDoesNotTell_AreThoseOfItsKind(int vcpus, bool x86, int pages) =>
        Assert.Equal(pages, ProgramShape.UsualPages(vcpus, x86, 1024));

    private static ProgramShape Shape(int pages, int huge) => new(pages, 17, 1, 256, 1024, 2, true, false, huge);
}
