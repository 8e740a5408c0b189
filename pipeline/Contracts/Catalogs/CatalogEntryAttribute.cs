namespace SecondLook.Contracts.Catalogs;

/// <summary>Makes a sealed class an entry that job files can name. The attribute is the whole registration.</summary>
/// <param name="name">Name in job files and in <c>secondlook list</c>.</param>
/// <param name="summary">What it is, one line for <c>secondlook list</c>.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class CatalogEntryAttribute(string name, string summary) : Attribute
{
    /// <summary>Name in job files.</summary>
    public string Name { get; } = name;

    /// <summary>One line of explanation.</summary>
    public string Summary { get; } = summary;
}
