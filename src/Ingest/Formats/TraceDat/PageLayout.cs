using System.Text;

namespace SecondLook.Ingest.Formats.TraceDat;

/// <summary>How a ring-buffer page begins, told by the <c>header_page</c> text of the trace.</summary>
/// <param name="CommitSize">Bytes of the commit word: the kernel's long.</param>
/// <param name="BigEndian">Byte order.</param>
internal readonly record struct PageLayout(int CommitSize, bool BigEndian)
{
    /// <summary>Bytes before the first record.</summary>
    public int HeaderSize => 8 + CommitSize;

    /// <summary>Reads the text.</summary>
    /// <param name="headerPage">Text of <c>events/header_page</c>.</param>
    /// <param name="userLong">Long size of user space, for when the text says nothing.</param>
    /// <param name="bigEndian">Byte order.</param>
    public static PageLayout Parse(ReadOnlySpan<byte> headerPage, int userLong, bool bigEndian)
    {
        foreach (string line in Encoding.UTF8.GetString(headerPage).Split('\n'))
        {
            if (EventFormat.Field(line) is { Name: "commit", Size: 4 or 8 } commit)
            {
                return new PageLayout(commit.Size, bigEndian);
            }
        }
        return new PageLayout(userLong == 4 ? 4 : 8, bigEndian);
    }
}
