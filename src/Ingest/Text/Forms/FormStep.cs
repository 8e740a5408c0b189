using System.Runtime.Intrinsics;

namespace SecondLook.Ingest.Text.Forms;

/// <summary>What stands between two literals of a <see cref="MessageForm"/>.</summary>
internal enum FormValue
{
    /// <summary>Nothing: another literal follows, or the end of the line.</summary>
    None,

    /// <summary>A decimal number without a sign.</summary>
    Decimal,

    /// <summary>A decimal number, perhaps with a sign.</summary>
    Signed,

    /// <summary>A hexadecimal number without prefix.</summary>
    Hex,

    /// <summary>A hexadecimal number with <c>0x</c>, which a zero may lack.</summary>
    Prefixed,

    /// <summary>A hexadecimal number with <c>0x</c>.</summary>
    Always0x,

    /// <summary>Text up to a blank or comma.</summary>
    Word,

    /// <summary>Text up to the literal that follows, blanks included: the name of a thread.</summary>
    Name,

    /// <summary>Text up to the end of the line.</summary>
    Rest,
}

/// <summary>A literal of up to 32 bytes and the value behind it.</summary>
internal struct FormStep
{
    /// <summary>The literal, padded.</summary>
    public Vector256<byte> Literal;

    /// <summary>Bits of the bytes behind the literal.</summary>
    public uint Beyond;

    /// <summary>Bytes of the literal.</summary>
    public int Length;

    /// <summary>The value behind it.</summary>
    public FormValue Value;

    /// <summary>Whether the value is kept.</summary>
    public bool Keep;

    /// <summary>Literal that ends a <see cref="FormValue.Name"/>; empty for other values.</summary>
    public byte[] Stop;
}
