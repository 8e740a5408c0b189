using System.Text.Json;
using SecondLook.Replay.Replacement.Lists;

namespace SecondLook.Replay.Replacement.Classic;

/// <summary>Active and inactive lists of one memcg, their balance and the copy of its statistics that balance rules read.</summary>
/// <remarks>Models: struct lruvec without generations and its memcg statistics. Omits: locks; zones.</remarks>
public sealed class ClassicLruvec
{
    internal const int Active = 1;
    internal const int File = 2;

    /// <summary>inactive anon, active anon, inactive file, active file.</summary>
    internal readonly FolioList[] Lists = [FolioList.Empty, FolioList.Empty, FolioList.Empty, FolioList.Empty];

    /// <summary>Base pages of each list, exact.</summary>
    internal readonly long[] Sizes = new long[4];

    /// <summary>List sizes of the subtree at the last flush of statistics.</summary>
    internal readonly long[] StatSizes = new long[4];

    /// <summary>workingset_activate of the subtree, by type, at the last flush.</summary>
    internal readonly long[] StatActivate = new long[2];

    /// <summary>workingset_activate, by type, at the end of the last reclaim of this memcg.</summary>
    internal readonly long[] SnapshotActivate = new long[2];

    /// <summary>Cost of reclaiming each type.</summary>
    internal readonly long[] Cost = new long[2];

    /// <summary>Cost counters not yet taken into <see cref="Cost"/> (7.3).</summary>
    internal readonly long[] PendingCost = new long[2];

    /// <summary>Evictions and activations: the clock of refault distances.</summary>
    internal long NonresidentAge;

    internal ClassicLruvec(Memcg memcg) => Memcg = memcg;

    /// <summary>Owner.</summary>
    public Memcg Memcg { get; }

    /// <summary>Base pages of a list.</summary>
    /// <param name="type">0 anon, 1 file.</param>
    /// <param name="active">The active list.</param>
    /// <returns>Pages.</returns>
    public long Pages(int type, bool active) => Sizes[type * File + (active ? Active : 0)];

    internal void WriteSizes(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("state");
        writer.WriteNumber("inactive_anon", Sizes[0]);
        writer.WriteNumber("active_anon", Sizes[1]);
        writer.WriteNumber("inactive_file", Sizes[2]);
        writer.WriteNumber("active_file", Sizes[3]);
        writer.WriteEndObject();
    }

    internal void WriteLists(Utf8JsonWriter writer, FolioTable folios, int first)
    {
        writer.WriteStartObject("lists");
        for (int i = 0; i < 2; i++)
        {
            writer.WriteStartArray(i == 0 ? "inactive" : "active");
            for (int folio = Lists[i].Head; folio >= 0; folio = folios.Next[folio])
            {
                writer.WriteNumberValue(folio - first);
            }
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
    }
}
