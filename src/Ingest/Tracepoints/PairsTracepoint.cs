using SecondLook.Contracts.Events;
using SecondLook.Ingest.Text;

namespace SecondLook.Ingest.Tracepoints;

/// <summary>A tracepoint whose printed form is <c>name=value</c> pairs, so that text and records are decoded by one method.</summary>
public abstract class PairsTracepoint : ITracepoint
{
    private readonly FieldSpec[] _specs;
    private readonly PairGrammar _grammar;

    /// <summary>Prepares the grammar.</summary>
    /// <param name="specs">The fields.</param>
    protected PairsTracepoint(FieldSpec[] specs)
    {
        _specs = specs;
        _grammar = new PairGrammar(specs);
    }

    /// <inheritdoc/>
    public ReadOnlySpan<FieldSpec> Fields => _specs;

    /// <inheritdoc/>
    public virtual bool TryParse(ref FieldCursor text, ref TraceEvent e, DecodeContext context)
    {
        if (!_grammar.TryRead(ref text, context.Values, context))
        {
            return false;
        }
        // 7.1 ends the messages of reclaim with where the task was, or with a blank.
        _ = text.Skip("(in-irq)"u8);
        if (!TryDecode(context.Values, ref e, context))
        {
            return false;
        }
        for (int slot = 0; slot < _specs.Length; slot++)
        {
            if (_specs[slot].Base == FieldBase.Pointer && context.Values.HasText(slot) && !context.Values.Text(slot).StartsWith("0x"u8))
            {
                context.Repair(RepairKind.PointerHashedOrRaw);
            }
        }
        return true;
    }

    /// <inheritdoc/>
    public abstract bool TryDecode(FieldValues fields, ref TraceEvent e, DecodeContext context);
}
