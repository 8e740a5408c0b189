using System.Text;

namespace SecondLook.Ingest.Synth;

/// <summary>How a value of a made record is printed, and what it takes in the record.</summary>
internal enum RecordValue
{
    /// <summary>A decimal number of 32 bits.</summary>
    Int,

    /// <summary>A decimal number of 64 bits.</summary>
    Long,

    /// <summary>Bare hex, 64 bits.</summary>
    Hex,

    /// <summary>Hex as <c>%#016lx</c> prints it: a zero has no prefix.</summary>
    Padded,

    /// <summary>Hex with <c>0x</c> and a fixed number of digits.</summary>
    Prefixed,

    /// <summary>A letter when set, a dash otherwise; one byte.</summary>
    Letter,

    /// <summary>One of some words, stored as its place among them; 32 bits.</summary>
    Symbol,

    /// <summary>A word, stored as text.</summary>
    Word,

    /// <summary>The rest of the line, stored as text.</summary>
    Rest,
}

/// <summary>A field of a made record and the literal before it in the printed message.</summary>
/// <param name="Literal">Literal before the value.</param>
/// <param name="Name">Name of the field.</param>
/// <param name="Value">How it is printed.</param>
/// <param name="Digits">Digits of <see cref="RecordValue.Prefixed"/>, 0 for as many as needed.</param>
/// <param name="Words">Words of <see cref="RecordValue.Symbol"/>, by value.</param>
internal sealed record RecordField(string Literal, string Name, RecordValue Value, int Digits, string[] Words)
{
    /// <summary>The literal as bytes.</summary>
    public byte[] LiteralBytes { get; } = Encoding.ASCII.GetBytes(Literal);

    /// <summary>The name as bytes.</summary>
    public byte[] NameBytes { get; } = Encoding.ASCII.GetBytes(Name);

    /// <summary>The words as bytes.</summary>
    public byte[][] WordBytes { get; } = Array.ConvertAll(Words, Encoding.ASCII.GetBytes);

    /// <summary>Bytes of the fixed part: a text's is the word that says where it lies.</summary>
    public int Size => Value switch
    {
        RecordValue.Letter => 1,
        RecordValue.Int or RecordValue.Symbol or RecordValue.Word or RecordValue.Rest => 4,
        _ => 8,
    };

    /// <summary>Whether the value is a text.</summary>
    public bool IsText => Value is RecordValue.Word or RecordValue.Rest;

    /// <summary>Declaration in the format file.</summary>
    public string Declaration => Value switch
    {
        RecordValue.Letter => $"u8 {Name}",
        RecordValue.Int => $"int {Name}",
        RecordValue.Symbol => $"unsigned int {Name}",
        RecordValue.Word or RecordValue.Rest => $"__data_loc char[] {Name}",
        _ => $"unsigned long {Name}",
    };

    /// <summary>Conversion in the print format.</summary>
    public string Conversion => Value switch
    {
        RecordValue.Int => "%d",
        RecordValue.Long => "%lu",
        RecordValue.Hex => "%lx",
        RecordValue.Padded => "%#016lx",
        RecordValue.Prefixed => Digits == 0 ? "0x%lx" : $"0x%0{Digits}lx",
        _ => "%s",
    };

    /// <summary>Argument in the print format.</summary>
    public string Argument => Value switch
    {
        RecordValue.Letter => $"REC->{Name} ? \"{Name}\" : \"-\"",
        RecordValue.Symbol => $"__print_symbolic(REC->{Name}, {SymbolList()})",
        RecordValue.Word or RecordValue.Rest => $"__get_str({Name})",
        _ => $"REC->{Name}",
    };

    private string SymbolList()
    {
        List<string> pairs = [];
        for (int i = 0; i < Words.Length; i++)
        {
            pairs.Add($"{{ {i}, \"{Words[i]}\" }}");
        }
        return string.Join(", ", pairs);
    }
}
