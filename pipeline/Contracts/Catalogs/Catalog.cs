using System.Reflection;

namespace SecondLook.Contracts.Catalogs;

/// <summary>All entries of one kind, found by <see cref="CatalogEntryAttribute"/>, ordered by name. The only reflection in the tree.</summary>
/// <typeparam name="T">The interface of the kind.</typeparam>
public sealed class Catalog<T>
    where T : class
{
    private readonly SortedDictionary<string, (string Summary, Type Type)> _entries = new(StringComparer.Ordinal);

    /// <summary>Finds the entries.</summary>
    /// <param name="assemblies">Where to look.</param>
    /// <exception cref="InvalidOperationException">Two entries bear one name, or an entry has no constructor without parameters.</exception>
    public Catalog(params IEnumerable<Assembly> assemblies)
    {
        foreach (Type type in assemblies.SelectMany(a => a.GetTypes()))
        {
            if (type.GetCustomAttribute<CatalogEntryAttribute>() is not { } entry || !typeof(T).IsAssignableFrom(type))
            {
                continue;
            }
            if (type.GetConstructor(Type.EmptyTypes) is null)
            {
                throw new InvalidOperationException($"{type.Name}: a catalogue entry needs a public constructor without parameters.");
            }
            if (!_entries.TryAdd(entry.Name, (entry.Summary, type)))
            {
                throw new InvalidOperationException($"{type.Name} and {_entries[entry.Name].Type.Name} are both named {entry.Name}.");
            }
        }
    }

    /// <summary>Names in ordinal order.</summary>
    public IReadOnlyCollection<string> Names => _entries.Keys;

    /// <summary>Names with their lines of explanation, by name.</summary>
    public IEnumerable<(string Name, string Summary)> Entries
    {
        get
        {
            foreach ((string name, (string summary, Type _)) in _entries)
            {
                yield return (name, summary);
            }
        }
    }

    /// <summary>Whether there is such an entry.</summary>
    public bool Contains(string name) => _entries.ContainsKey(name);

    /// <summary>One line of explanation.</summary>
    /// <exception cref="KeyNotFoundException">No such entry.</exception>
    public string SummaryOf(string name) => _entries[name].Summary;

    /// <summary>A new instance of an entry.</summary>
    /// <exception cref="KeyNotFoundException">No such entry; the message lists the names.</exception>
    public T Create(string name) => _entries.TryGetValue(name, out (string Summary, Type Type) entry)
        ? (T)Activator.CreateInstance(entry.Type)!
        : throw new KeyNotFoundException($"No {typeof(T).Name} is named '{name}'; known: {string.Join(", ", _entries.Keys)}.");
}
