using System.Numerics;

namespace SecondLook.Replay.Reference;

/// <summary>An access trace under dense page ids, in order of first appearance.</summary>
public sealed class PageList
{
    // A flat table pays while it is not much larger than the list itself.
    private const ulong FlatPerRequest = 8;
    private const ulong FlatAlways = 1 << 20;

    private readonly Lazy<int[]> _next;

    private PageList(int[] requests, ulong[] names)
    {
        Requests = requests;
        Names = names;
        _next = new Lazy<int[]>(() => RequestStream.FindNext(Requests, Pages));
    }

    /// <summary>Dense page ids in order of access.</summary>
    public int[] Requests { get; }

    /// <summary>Page number of each dense id.</summary>
    public ulong[] Names { get; }

    /// <summary>Distinct pages.</summary>
    public int Pages => Names.Length;

    /// <summary>For each request the position of the next one of the same page, <see cref="int.MaxValue"/> for none; found when first asked for.</summary>
    public int[] Next => _next.Value;

    /// <summary>Dense ids in order of page number, as a walk of page tables meets them.</summary>
    public int[] InOrderOfNumber()
    {
        int[] order = new int[Pages];
        for (int id = 0; id < order.Length; id++)
        {
            order[id] = id;
        }
        Array.Sort((ulong[])Names.Clone(), order);
        return order;
    }

    /// <summary>Numbers pages densely.</summary>
    /// <param name="pages">Page numbers in order of access.</param>
    public static PageList Of(ReadOnlySpan<ulong> pages)
    {
        ulong lowest = ulong.MaxValue;
        ulong highest = 0;
        foreach (ulong page in pages)
        {
            lowest = Math.Min(lowest, page);
            highest = Math.Max(highest, page);
        }
        int[] requests = new int[pages.Length];
        List<ulong> names = [];
        if (!pages.IsEmpty && highest - lowest < Math.Max(FlatAlways, FlatPerRequest * (ulong)pages.Length) && highest - lowest < (ulong)Array.MaxLength)
        {
            NumberFlat(pages, lowest, (int)(highest - lowest) + 1, requests, names);
        }
        else
        {
            NumberHashed(pages, requests, names);
        }
        return new PageList(requests, [.. names]);
    }

    private static void NumberFlat(ReadOnlySpan<ulong> pages, ulong lowest, int span, int[] requests, List<ulong> names)
    {
        // Ids are kept plus one, so that a fresh table means unknown.
        int[] ids = new int[span];
        for (int i = 0; i < pages.Length; i++)
        {
            ref int id = ref ids[(int)(pages[i] - lowest)];
            if (id == 0)
            {
                names.Add(pages[i]);
                id = names.Count;
            }
            requests[i] = id - 1;
        }
    }

    private static void NumberHashed(ReadOnlySpan<ulong> pages, int[] requests, List<ulong> names)
    {
        const ulong Golden = 0x9E3779B97F4A7C15;
        int bits = 10;
        int[] slots = new int[1 << bits];
        for (int i = 0; i < pages.Length; i++)
        {
            if (2 * names.Count >= slots.Length)
            {
                bits++;
                slots = new int[1 << bits];
                for (int n = 0; n < names.Count; n++)
                {
                    slots[Find(slots, bits, names, names[n])] = n + 1;
                }
            }
            int at = Find(slots, bits, names, pages[i]);
            if (slots[at] == 0)
            {
                names.Add(pages[i]);
                slots[at] = names.Count;
            }
            requests[i] = slots[at] - 1;
        }

        static int Find(int[] slots, int bits, List<ulong> names, ulong page)
        {
            // Multiplication alone leaves page numbers with equal low bits together; the rotation brings the high ones in.
            int at = (int)(((page ^ BitOperations.RotateRight(page, 32)) * Golden) >> (64 - bits));
            while (slots[at] != 0 && names[slots[at] - 1] != page)
            {
                at = (at + 1) & (slots.Length - 1);
            }
            return at;
        }
    }
}
