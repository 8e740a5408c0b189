using System.Text;

namespace SecondLook.Contracts.Events;

/// <summary>Names of kinds, ops and other codes as JSON and metadata spell them: lower case with underscores.</summary>
public static class EventNames
{
    private static readonly string[] Kinds = Names<TraceEventKind>();
    private static readonly string[] Ops = Names<TraceEventOp>();
    private static readonly string[] Spaces = Names<AddressSpaceKind>();
    private static readonly string[] YoungSources = Names<YoungSource>();
    private static readonly string[] SpteFormats = Names<SpteFormat>();

    /// <summary>Name of a kind, such as <c>spte_change</c>.</summary>
    public static string Of(TraceEventKind kind) => Kinds[(int)kind];

    /// <summary>Name of an op, such as <c>young_cleared</c>.</summary>
    public static string Of(TraceEventOp op) => Ops[(int)op];

    /// <summary>Name of an address space, such as <c>hva</c>.</summary>
    public static string Of(AddressSpaceKind space) => Spaces[(int)space];

    /// <summary>Name of a source of a young answer, such as <c>spte_pair</c>.</summary>
    public static string Of(YoungSource source) => YoungSources[(int)source];

    /// <summary>Name of an SPTE format, such as <c>npt</c>.</summary>
    public static string Of(SpteFormat format) => SpteFormats[(int)format];

    /// <summary>Turns a Pascal-case identifier into lower case with underscores.</summary>
    public static string ToSnakeCase(string identifier)
    {
        StringBuilder text = new(identifier.Length + 4);
        foreach (char c in identifier)
        {
            if (char.IsAsciiLetterUpper(c) && text.Length > 0)
            {
                text.Append('_');
            }
            text.Append(char.ToLowerInvariant(c));
        }
        return text.ToString();
    }

    private static string[] Names<T>()
        where T : struct, Enum
    {
        T[] values = Enum.GetValues<T>();
        string[] names = new string[256];
        foreach (T value in values)
        {
            names[Convert.ToInt32(value, null)] = ToSnakeCase(value.ToString());
        }
        return names;
    }
}
