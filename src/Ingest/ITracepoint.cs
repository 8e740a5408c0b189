using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest;

/// <summary>Base in which a field is printed when no prefix says so.</summary>
public enum FieldBase
{
    /// <summary>Decimal, possibly with a sign.</summary>
    Dec,

    /// <summary>Decimal, without a sign.</summary>
    Unsigned,

    /// <summary>Hexadecimal without prefix.</summary>
    Hex,

    /// <summary>A word: symbols, flags, a name.</summary>
    Word,

    /// <summary>Text up to the end of the message, blanks included.</summary>
    Rest,

    /// <summary>A kernel pointer, hashed or raw: never an address, at most an equality token.</summary>
    Pointer,

    /// <summary>Known and not used.</summary>
    Ignore,
}

/// <summary>One field of an event record, by the name that the kernel gives it.</summary>
/// <param name="Name">Name in the event's format file and in <c>name=value</c> text.</param>
/// <param name="Base">How it is printed.</param>
public readonly record struct FieldSpec(string Name, FieldBase Base = FieldBase.Dec);

/// <summary>Turns the payload of one event name, printed text or raw record, into columns of a <see cref="TraceEvent"/>.</summary>
/// <remarks>Stateless apart from what <see cref="DecodeContext"/> carries, so one instance serves all inputs.</remarks>
public interface ITracepoint
{
    /// <summary>Fields of the record, in the slots that <see cref="TryDecode"/> reads them from.</summary>
    ReadOnlySpan<FieldSpec> Fields { get; }

    /// <summary>Printed forms in which the message has exactly the fields of the record, for the fast path (see <see cref="Text.Forms.MessageForm"/>):
    /// what fits one of them is given to <see cref="TryDecode"/>, which must make of it what <see cref="TryParse"/> makes of the text.</summary>
    ReadOnlySpan<string> PrintedForms => default;

    /// <summary>Reads the printed form.</summary>
    /// <param name="text">The message; what is left over afterwards must be unknown <c>name: value</c> or <c>name=value</c> pairs.</param>
    /// <param name="e">The event, header columns already set.</param>
    /// <param name="context">Strings, counters and settings.</param>
    /// <returns>False when the text is not of any known form.</returns>
    bool TryParse(ref FieldCursor text, ref TraceEvent e, DecodeContext context);

    /// <summary>Reads named fields: a binary record, or text printed as pairs.</summary>
    /// <returns>False when a field that the event cannot do without is missing.</returns>
    bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context);
}
