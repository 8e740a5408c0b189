using System.Buffers.Binary;
using System.IO.Compression;
using SecondLook.Contracts.Diagnostics;

namespace SecondLook.Replay.Reference;

/// <summary>An access trace under dense page ids, in order of first appearance.</summary>
public sealed class PageList
{
    private PageList(int[] requests, uint[] names)
    {
        Requests = requests;
        Names = names;
    }

    /// <summary>Dense page ids in order of access.</summary>
    public int[] Requests { get; }

    /// <summary>Page number of each dense id.</summary>
    public uint[] Names { get; }

    /// <summary>Distinct pages.</summary>
    public int Pages => Names.Length;

    /// <summary>Numbers pages densely.</summary>
    public static PageList Of(ReadOnlySpan<uint> pages)
    {
        Dictionary<uint, int> ids = [];
        List<uint> names = [];
        int[] requests = new int[pages.Length];
        for (int i = 0; i < pages.Length; i++)
        {
            ref int id = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(ids, pages[i], out bool known);
            if (!known)
            {
                id = names.Count;
                names.Add(pages[i]);
            }
            requests[i] = id;
        }
        return new PageList(requests, [.. names]);
    }

    /// <summary>Reads a packed list of unsigned 32-bit little-endian page numbers, gzip or not.</summary>
    /// <exception cref="InputException">It cannot be read, or is no such list.</exception>
    public static PageList ReadPacked(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            using Stream stream = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
            using MemoryStream bytes = new();
            stream.CopyTo(bytes);
            ReadOnlySpan<byte> packed = bytes.GetBuffer().AsSpan(0, checked((int)bytes.Length));
            if (packed.Length % sizeof(uint) != 0 || packed.IsEmpty)
            {
                throw new InputException("not_page_list", $"{Path.GetFileName(path)}: {packed.Length} bytes are no list of 32-bit page numbers");
            }
            uint[] pages = new uint[packed.Length / sizeof(uint)];
            for (int i = 0; i < pages.Length; i++)
            {
                pages[i] = BinaryPrimitives.ReadUInt32LittleEndian(packed[(i * sizeof(uint))..]);
            }
            return Of(pages);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new InputException("unreadable", $"{Path.GetFileName(path)}: cannot be read: {e.Message}");
        }
    }
}
