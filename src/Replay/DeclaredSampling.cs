using System.Text.Json;

namespace SecondLook.Replay;

/// <summary>What the capture declares of itself: one page in so many was recorded, with all of its events or none (<c>sampled_pages</c>).</summary>
internal static class DeclaredSampling
{
    /// <summary>One page in so many; 1 when every page was recorded, or nothing is declared.</summary>
    /// <param name="metadata">Metadata of a dataset; the largest share of its streams counts.</param>
    public static int Of(IReadOnlyDictionary<string, string> metadata)
    {
        int share = 1;
        if (!metadata.TryGetValue("kmr.streams", out string? json))
        {
            return share;
        }
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            foreach (JsonElement stream in document.RootElement.EnumerateArray())
            {
                if (stream.TryGetProperty("sampled_pages", out JsonElement declared) && declared.TryGetInt32(out int pages))
                {
                    share = Math.Max(share, pages);
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // A dataset of somebody else's: what is not declared in our form is not declared.
            return 1;
        }
        return share;
    }

    /// <summary>Pages of a command or a limit that fall to the recorded ones: the model holds only those.</summary>
    /// <param name="pages">Pages of the whole machine; nothing is asked below 1.</param>
    /// <param name="share">One page in so many.</param>
    public static long Part(long pages, int share) => pages <= 0 ? pages : Math.Max(1, (pages + (share / 2)) / share);
}
