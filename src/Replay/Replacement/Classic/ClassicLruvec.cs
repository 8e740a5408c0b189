using System.Text.Json;
using SecondLook.Replay.Replacement.Lists;

namespace SecondLook.Replay.Replacement.Classic;

/// <summary>Active and inactive lists of one memcg.</summary>
/// <remarks>Models: struct lruvec without generations. Omits: locks.</remarks>
public sealed class ClassicLruvec
{
    private static readonly string[] Names = ["inactive_anon", "active_anon", "inactive_file", "active_file"];

    internal readonly FolioList[] Lists = [FolioList.Empty, FolioList.Empty, FolioList.Empty, FolioList.Empty];

    internal readonly long[] Sizes = new long[4];

    internal ClassicLruvec(Memcg memcg) => Memcg = memcg;

    /// <summary>Owner.</summary>
    public Memcg Memcg { get; }

    internal void WriteSizes(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("state");
        for (int i = 0; i < 4; i++)
        {
            writer.WriteNumber(Names[i], Sizes[i]);
        }
        writer.WriteEndObject();
    }

    internal void WriteLists(Utf8JsonWriter writer, FolioTable folios, int first)
    {
        writer.WriteStartObject("lists");
        for (int i = 0; i < 4; i++)
        {
            writer.WriteStartArray(Names[i]);
            for (int folio = Lists[i].Head; folio >= 0; folio = folios.Next[folio])
            {
                writer.WriteNumberValue(folio - first);
            }
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
    }
}
