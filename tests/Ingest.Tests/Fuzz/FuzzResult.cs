using System.Runtime.InteropServices;

namespace SecondLook.Ingest.Tests.Fuzz;

/// <summary>Outcome of a run: what went wrong, and of the records in untouched units how many were read, by kind of change.</summary>
internal sealed class FuzzResult
{
    private readonly SortedDictionary<string, (long Whole, long Read)> _byKind = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _refused = new(StringComparer.Ordinal);
    private readonly List<(long Missing, string Text)> _worst = [];

    /// <summary>Crashes, hangs and hunger for memory, a line each.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>Records in units that no change touched.</summary>
    public long Whole { get; private set; }

    /// <summary>Those of them that were read.</summary>
    public long Read { get; private set; }

    /// <summary>Share of the untouched records that were read; 1 when there were none.</summary>
    public double Share => Whole == 0 ? 1 : (double)Read / Whole;

    /// <summary>Counts a case.</summary>
    /// <param name="mutation">What was done to the seed.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="read">Records that were read.</param>
    /// <param name="refused">Reason of a refusal, or null.</param>
    /// <param name="number">Number of the case.</param>
    public void Count(Mutation mutation, FuzzSeed seed, List<FuzzRecord> read, string? refused, long number)
    {
        Dictionary<ulong, int> left = [];
        foreach ((_, ulong key, _) in read)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(left, key, out _)++;
        }
        long whole = 0;
        long found = 0;
        foreach (FuzzUnit unit in seed.Units)
        {
            if (!mutation.Holds(unit.Start, unit.End))
            {
                continue;
            }
            foreach ((_, ulong key, string name) in unit.Records)
            {
                if (seed.Descriptions.TryGetValue(name, out (int Start, int End) description) && !mutation.Holds(description.Start, description.End))
                {
                    continue;
                }
                whole++;
                ref int count = ref CollectionsMarshal.GetValueRefOrAddDefault(left, key, out _);
                found += count > 0 ? 1 : 0;
                count--;
            }
        }
        Whole += whole;
        Read += found;
        string kind = mutation.Kinds.Count switch { 0 => "none", 1 => mutation.Kinds[0], _ => "several" };
        (long kindWhole, long kindRead) = _byKind.GetValueOrDefault(kind);
        _byKind[kind] = (kindWhole + whole, kindRead + found);
        if (refused is not null && whole > 0)
        {
            _refused[refused] = _refused.GetValueOrDefault(refused) + 1;
        }
        if (whole > found)
        {
            _worst.Add((whole - found, $"case {number}: {found} of {whole} read after {string.Join(", ", mutation.Kinds)}{(refused is null ? "" : $": refused, {refused}")}"));
            if (_worst.Count > 64)
            {
                _worst.Sort((a, b) => b.Missing.CompareTo(a.Missing));
                _worst.RemoveRange(8, _worst.Count - 8);
            }
        }
    }

    /// <summary>Shares by kind of change, refusals that cost whole records, and the cases that lost most.</summary>
    public override string ToString()
    {
        _worst.Sort((a, b) => b.Missing.CompareTo(a.Missing));
        IEnumerable<string> kinds = _byKind.Where(k => k.Value.Whole > 0).Select(k => $"{k.Key} {100.0 * k.Value.Read / k.Value.Whole:f1}");
        IEnumerable<string> refusals = _refused.Select(r => $"{r.Key} {r.Value}");
        return $"{100 * Share:f2} % of {Whole} untouched records read; by change: {string.Join(", ", kinds)}; refused: {string.Join(", ", refusals)}\n    "
            + string.Join("\n    ", _worst.Take(5).Select(w => w.Text));
    }
}
