using System.Text.Json;
using SecondLook.Contracts.Diagnostics;
using SecondLook.Ingest.Tests.Formats.TraceDat;

namespace SecondLook.Ingest.Tests.Formats.Perfetto;

public sealed class PerfettoTests
{
    [Fact]
    public void Dump_BundlesOutOfOrder_AreSortedAndAbsentNumbersAreZero()
    {
        // kvm_age_hva without a start: protobuf leaves zeros out.
        byte[] late = Bundle(3, Event(2000, 74, 370, [.. Number(1, 4096)]));
        byte[] early = Bundle(1, Event(1000, 75, 391, Number(1, 0x5000)));
        JsonElement dump = Dumped.Of([.. Packet(late), .. Packet(early)]);
        JsonElement[] events = [.. dump.GetProperty("events").EnumerateArray()];
        Assert.Equal(["kvm_test_age_hva", "kvm_age_hva"], events.Select(e => e.GetProperty("src").GetString()));
        Assert.Equal("0x0", events[1].GetProperty("start").GetString());
        Assert.Equal("0x1000", events[1].GetProperty("end").GetString());
        Assert.Equal(3, events[1].GetProperty("cpu").GetInt32());
        Assert.Equal("perfetto", dump.GetProperty("container").GetString());
    }

    [Fact]
    public void Dump_PackedPackets_AreRefusedWithTheCommand()
    {
        InputException refused = Assert.Throws<InputException>(() => Dumped.Of(Field(1, Field(50, [1, 2, 3]))));
        Assert.Equal("packets_compressed", refused.Reason);
    }

    private static byte[] Packet(byte[] bundle) => Field(1, Field(1, bundle));

    private static byte[] Bundle(int cpu, byte[] e) => [.. Number(1, (ulong)cpu), .. Field(2, e)];

    private static byte[] Event(ulong time, int tid, int message, byte[] content) => [.. Number(1, time), .. Number(2, (ulong)tid), .. Field(message, content)];

    private static byte[] Number(int field, ulong value) => [.. Varint((ulong)field << 3), .. Varint(value)];

    private static byte[] Field(int field, byte[] content) => [.. Varint(((ulong)field << 3) | 2), .. Varint((ulong)content.Length), .. content];

    private static byte[] Varint(ulong value)
    {
        List<byte> bytes = [];
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }
        bytes.Add((byte)value);
        return [.. bytes];
    }
}
