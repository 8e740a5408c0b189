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

    /// <inheritdoc/>
    /// <remarks>A trace has no magic: it is a row of packets, each one field with the number 1 and a length, holding whole fields itself.</remarks>
    public int Sniff(ReadOnlySpan<byte> head)
    {
        if (head.IsEmpty || head[0] != PacketTag)
        {
            return 0;
        }
        ProtoCursor trace = new(head);
        int packets = 0;
        while (trace.Next())
        {
            if (trace.Field != 1 || !trace.IsBytes)
            {
                return 0;
            }
            ProtoCursor packet = new(trace.Bytes);
            while (packet.Next())
            {
            }
            if (packet.IsCut)
            {
                return 0;
            }
            packets++;
        }
        return packets > 0 ? PlausiblePackets : 0;
    }

    /// <inheritdoc/>
    public ITraceReader Open(TraceInput input, TraceSink sink) => new PerfettoReader(input, sink);
}
