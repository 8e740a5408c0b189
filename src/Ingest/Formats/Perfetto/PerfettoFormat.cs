using SecondLook.Contracts.Catalogs;
using SecondLook.Ingest.Inputs;

namespace SecondLook.Ingest.Formats.Perfetto;

/// <summary>The ftrace part of a Perfetto trace.</summary>
/// <remarks>Accepts: a protobuf Trace message; packets without ftrace events are passed over, packed packets are refused.</remarks>
[CatalogEntry("perfetto", "Perfetto trace, its ftrace events")]
internal sealed class PerfettoFormat : ITraceFormat
{
    private const int PlausiblePackets = 500;
    private const int PacketTag = 0x0a;
    private const int FoundEvents = 3;

    /// <inheritdoc/>
    /// <remarks>A trace has no magic: it is a row of packets, each one field with the number 1 and a length, holding whole fields itself. A
    /// damaged one still holds ftrace events, which can be told by their shape.</remarks>
    public int Sniff(ReadOnlySpan<byte> head)
    {
        if (head.IsEmpty || head.StartsWith("#"u8))
        {
            return 0;
        }
        ProtoCursor trace = new(head);
        int packets = 0;
        bool whole = head[0] == PacketTag;
        while (whole && trace.Next())
        {
            ProtoCursor packet = new(trace.Bytes);
            while (packet.Next())
            {
            }
            whole = trace.Field == 1 && trace.IsBytes && !packet.IsCut;
            packets++;
        }
        return whole && packets > 0 ? PlausiblePackets : EventSearch.Next(head, 0, out _) is >= 0 and int first && EventSearch.Next(head, first + 1, out _) >= 0 ? FoundEvents : 0;
    }

    /// <inheritdoc/>
    public ITraceReader Open(TraceInput input, TraceSink sink) => new PerfettoReader(input, sink);
}
