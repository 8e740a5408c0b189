using System.Buffers.Binary;
using SecondLook.Contracts.Diagnostics;

namespace SecondLook.Ingest.Accesses;

/// <summary>Lists of records of one size: 32-bit page numbers, and the 24-byte records of oracleGeneral.</summary>
/// <remarks>
/// Accepts: unsigned 32-bit little-endian page numbers; or (32-bit seconds, 64-bit object id, 32-bit size, 64-bit position of the next request of
/// that object), little-endian and unpadded. Sizes are not used: an object is a page.
/// </remarks>
internal static class PackedAccesses
{
    private const int PackedSize = sizeof(uint);
    private const int OracleSize = 24;
    private const int BufferSize = 1 << 16;
    // Enough records to tell the format from noise, and no more than a damaged tail could spoil.
    private const int CheckedRecords = 1000;

    /// <summary>Reads 32-bit page numbers.</summary>
    public static void ReadU32(Stream stream, AccessBuffer accesses) => Read(stream, accesses, PackedSize, static (record, to) => to.Add(BinaryPrimitives.ReadUInt32LittleEndian(record)));

    /// <summary>Reads records of oracleGeneral.</summary>
    /// <exception cref="InputException">They are something else.</exception>
    public static void ReadOracle(Stream stream, AccessBuffer accesses)
    {
        int odd = 0;
        Read(stream, accesses, OracleSize, (record, to) =>
        {
            const long NsPerSecond = 1_000_000_000;
            long next = BinaryPrimitives.ReadInt64LittleEndian(record[16..]);
            odd += to.Count < CheckedRecords && next >= 0 && next < to.Count ? 1 : 0;
            odd += to.Count < CheckedRecords && next < -2 ? 1 : 0;
            to.Add(BinaryPrimitives.ReadUInt64LittleEndian(record[4..]), BinaryPrimitives.ReadUInt32LittleEndian(record) * NsPerSecond, 0);
        });
        if (2 * odd > Math.Min(accesses.Count, CheckedRecords))
        {
            throw new InputException("not_access_list",
                $"{accesses.Name}: no oracleGeneral list: {odd} of the first {Math.Min(accesses.Count, CheckedRecords)} records say that their page was requested next in the past. Name another format with --format.");
        }
    }

    private static void Read(Stream stream, AccessBuffer accesses, int size, RecordAction take)
    {
        byte[] buffer = new byte[BufferSize / size * size];
        int kept = 0;
        while (true)
        {
            int read = stream.Read(buffer, kept, buffer.Length - kept);
            if (read == 0)
            {
                break;
            }
            kept += read;
            int whole = kept / size * size;
            for (int at = 0; at < whole; at += size)
            {
                take(buffer.AsSpan(at, size), accesses);
            }
            buffer.AsSpan(whole, kept - whole).CopyTo(buffer);
            kept -= whole;
        }
        if (kept != 0)
        {
            throw new InputException("not_access_list", $"{accesses.Name}: ends {kept} bytes into record {accesses.Count + 1}; a record is {size} bytes, so this is cut or no such list.");
        }
    }

    private delegate void RecordAction(ReadOnlySpan<byte> record, AccessBuffer to);
}
