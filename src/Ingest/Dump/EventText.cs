using System.Globalization;
using System.Text;
using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Dump;

/// <summary>Prints events, one a line: time, cpu, task, kind and what the kind has.</summary>
/// <param name="output">Where lines go.</param>
internal sealed class EventText(TextWriter output) : IEventSink
{
    private readonly StringBuilder _line = new();

    /// <summary>State of the run; set once.</summary>
    public IngestState State { get; set; } = null!;

    /// <inheritdoc/>
    public void Accept(TraceEvent[] events, ReadOnlySpan<int> slots)
    {
        foreach (int slot in slots)
        {
            Accept(ref events[slot]);
        }
    }

    private void Accept(ref TraceEvent e)
    {
        _line.Clear();
        CultureInfo culture = CultureInfo.InvariantCulture;
        if (e.Has(EventColumn.TsNs))
        {
            _line.Append(culture, $"{e.TsNs / 1_000_000_000}.{e.TsNs % 1_000_000_000:d9}");
        }
        else
        {
            _line.Append(e.Has(EventColumn.TsRaw) ? e.TsRaw.ToString(culture) : "-");
        }
        _line.Append(' ').Append(e.Has(EventColumn.Cpu) ? $"[{e.Cpu:d3}]" : "[---]").Append(' ');
        _line.Append(e.Has(EventColumn.Comm) ? State.Strings[e.Comm] : "?").Append('-').Append(e.Has(EventColumn.Tid) ? e.Tid.ToString(culture) : "?");
        _line.Append(' ').Append(EventNames.Of(e.Kind));
        if (e.Has(EventColumn.Op))
        {
            _line.Append('.').Append(EventNames.Of(e.Op));
        }
        Hex("hva", e.Has(EventColumn.Start) && e.Space == AddressSpaceKind.Hva, e.Start);
        Hex("gpa", e.Has(EventColumn.Start) && e.Space == AddressSpaceKind.Gpa, e.Start);
        Hex("gva", e.Has(EventColumn.Start) && e.Space == AddressSpaceKind.Gva, e.Start);
        Hex("end", e.Has(EventColumn.End), e.End);
        if (e.Has(EventColumn.Vm))
        {
            _line.Append(" vm=").Append(State.Vms.Names[e.Vm]);
        }
        Number("vcpu", e.Has(EventColumn.Vcpu), e.Vcpu);
        Number("slot", e.Has(EventColumn.Slot), e.Slot);
        Hex("gfn", e.Has(EventColumn.Gfn), e.Gfn);
        Hex("pfn", e.Has(EventColumn.Pfn), e.Pfn);
        Number("level", e.Has(EventColumn.Level), e.Level);
        Hex("old", e.Has(EventColumn.OldSpte), e.OldSpte);
        Hex("new", e.Has(EventColumn.NewSpte), e.NewSpte);
        Hex("error_code", e.Has(EventColumn.ErrorCode), e.ErrorCode);
        if (e.Has(EventColumn.Young))
        {
            _line.Append(e.Young ? " young" : " old").Append(" by ").Append(EventNames.Of(e.YoungSrc));
        }
        Number("lost", e.Has(EventColumn.Lost), e.Lost);
        Counts(ref e);
        Text(e.Has(EventColumn.Cause), EventNamesByKind.Cause(e.Kind), e.Cause);
        Text(e.Has(EventColumn.Text), EventNamesByKind.Text(e.Kind), e.Text);
        Text(e.Has(EventColumn.Extra), "extra", e.Extra);
        output.WriteLine(_line.ToString());
    }

    private void Counts(ref TraceEvent e)
    {
        TraceEventOp op = e.Has(EventColumn.Op) ? e.Op : default;
        for (int n = 0; n < 8; n++)
        {
            if (e.Has(EventColumn.N0 + n))
            {
                long value = n switch { 0 => e.N0, 1 => e.N1, 2 => e.N2, 3 => e.N3, 4 => e.N4, 5 => e.N5, 6 => e.N6, _ => e.N7 };
                Number(EventNamesByKind.Count(e.Kind, op, n, out _) ?? $"n{n}", true, value);
            }
        }
    }

    private void Number(string name, bool has, long value)
    {
        if (has)
        {
            _line.Append(' ').Append(name).Append('=').Append(value.ToString(CultureInfo.InvariantCulture));
        }
    }

    private void Hex(string name, bool has, ulong value)
    {
        if (has)
        {
            _line.Append(' ').Append(name).Append("=0x").Append(value.ToString("x", CultureInfo.InvariantCulture));
        }
    }

    private void Text(bool has, string name, int id)
    {
        if (has)
        {
            _line.Append(' ').Append(name).Append('=').Append(State.Strings[id]);
        }
    }
}
