namespace SecondLook.Pipeline.Tests;

public sealed class CatalogSnapshotTests
{
    [Fact]
    public void List_Catalogue_IsTheOneInReview()
    {
        // A new entry shows in review as a changed line here. Accept with: SECONDLOOK_ACCEPT=1 dotnet test -c Release tests/Pipeline.Tests
        SecondLookProcess list = SecondLookProcess.Run(RepositoryFiles.Root, "list");
        Assert.Equal(0, list.ExitCode);
        Golden.Check("catalog.txt", list.Output);
    }
}
