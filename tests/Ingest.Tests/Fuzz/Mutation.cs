namespace SecondLook.Ingest.Tests.Fuzz;

/// <summary>A file on its way through changes, and which stretches of the seed it still holds.</summary>
internal sealed class Mutation
{
    private List<(int Seed, int Length)> _pieces;

    /// <summary>Begins with the seed as it is.</summary>
    public Mutation(byte[] seed)
    {
        Bytes = (byte[])seed.Clone();
        _pieces = [(0, seed.Length)];
    }

    /// <summary>The file at hand.</summary>
    public byte[] Bytes { get; private set; }

    /// <summary>Changes so far, by kind.</summary>
    public List<string> Kinds { get; } = [];

    /// <summary>Whether the file still holds a stretch of the seed, undivided and unchanged.</summary>
    public bool Holds(int start, int end)
    {
        foreach ((int seed, int length) in _pieces)
        {
            if (seed >= 0 && seed <= start && end <= seed + length)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Replaces a stretch of the file by bytes that are not the seed's.</summary>
    /// <param name="kind">Kind of change.</param>
    /// <param name="at">Where.</param>
    /// <param name="gone">Bytes that go.</param>
    /// <param name="put">Bytes that come.</param>
    public void Replace(string kind, int at, int gone, ReadOnlySpan<byte> put)
    {
        Kinds.Add(kind);
        Bytes = [.. Bytes.AsSpan(0, at), .. put, .. Bytes.AsSpan(at + gone)];
        _pieces = [.. Cut(0, at), (-1, put.Length), .. Cut(at + gone, int.MaxValue)];
    }

    /// <summary>Repeats a stretch of the file behind itself.</summary>
    public void Repeat(string kind, int at, int length)
    {
        Kinds.Add(kind);
        Bytes = [.. Bytes.AsSpan(0, at + length), .. Bytes.AsSpan(at)];
        _pieces = [.. Cut(0, at + length), .. Cut(at, int.MaxValue)];
    }

    /// <summary>Takes the file as something of which nothing is left as it was.</summary>
    public void Wrap(string kind, byte[] bytes, bool keeps)
    {
        Kinds.Add(kind);
        Bytes = bytes;
        if (!keeps)
        {
            _pieces = [];
        }
    }

    private List<(int Seed, int Length)> Cut(int from, int to)
    {
        List<(int, int)> cut = [];
        int at = 0;
        foreach ((int seed, int length) in _pieces)
        {
            int begin = Math.Max(from, at);
            int end = Math.Min(to, at + length);
            if (begin < end)
            {
                cut.Add((seed < 0 ? -1 : seed + begin - at, end - begin));
            }
            at += length;
        }
        return cut;
    }
}
