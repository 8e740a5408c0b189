using SecondLook.Contracts.Catalogs;
using SecondLook.Contracts.Diagnostics;

namespace SecondLook.Contracts.Tests;

public sealed class CatalogTests
{
    [Fact]
    public void Catalog_Entries_AreFoundByTheirAttribute()
    {
        Catalog<IAnimal> catalog = new(typeof(CatalogTests).Assembly);
        Assert.Equal(["cat", "dog"], catalog.Names);
        Assert.Equal("barks", catalog.SummaryOf("dog"));
        Assert.IsType<Cat>(catalog.Create("cat"));
        Assert.Contains("known: cat, dog", Assert.Throws<KeyNotFoundException>(() => catalog.Create("cow")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DiagnosticLog_ManyOfOneCause_KeepsTheFirstTenExamples()
    {
        DiagnosticCode code = new("test.bad_line", DiagnosticSeverity.BadInput, "Look at it.");
        DiagnosticLog log = new();
        for (int i = 1; i <= 25; i++)
        {
            log.Add(code, "trace.txt", i, "some text"u8);
        }
        DiagnosticCount count = Assert.Single(log.Counts);
        Assert.Equal(25, count.Count);
        Assert.Equal(10, count.Examples.Count);
        Assert.Equal(new DiagnosticExample("trace.txt", 1, "some text"), count.Examples[0]);
    }

    public interface IAnimal;

    [CatalogEntry("dog", "barks")]
    public sealed class Dog : IAnimal;

    [CatalogEntry("cat", "does not")]
    public sealed class Cat : IAnimal;
}
