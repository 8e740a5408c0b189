using System.Text;
using SecondLook.Contracts.Events;

namespace SecondLook.Contracts.Tables;

/// <summary>The strings of a <see cref="StringTable"/> as one run of UTF-8 bytes with offsets, the form that Parquet dictionaries take.</summary>
internal sealed class Utf8Dictionary
{
    private Utf8Dictionary(byte[] bytes, int[] offsets)
    {
        Bytes = bytes;
        Offsets = offsets;
    }

    /// <summary>All strings, one after the other, id order.</summary>
    public byte[] Bytes { get; }

    /// <summary>Start of each string in <see cref="Bytes"/>, and the end of the last: count + 1 entries.</summary>
    public int[] Offsets { get; }

    /// <summary>Encodes all strings of a table.</summary>
    public static Utf8Dictionary Of(StringTable table)
    {
        int[] offsets = new int[table.Count + 1];
        for (int i = 0; i < table.Count; i++)
        {
            offsets[i + 1] = checked(offsets[i] + Encoding.UTF8.GetByteCount(table[i]));
        }
        byte[] bytes = new byte[offsets[^1]];
        for (int i = 0; i < table.Count; i++)
        {
            Encoding.UTF8.GetBytes(table[i], bytes.AsSpan(offsets[i]));
        }
        return new Utf8Dictionary(bytes, offsets);
    }
}
