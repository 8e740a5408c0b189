namespace SecondLook.Ingest.Formats.PerfData;

// Going on behind damage.
internal sealed partial class PerfDataReader
{
    private const int Fitting = 3;

    // The length of a record is damaged, or bytes are missing or too many: goes on where the next records fit together.
    private bool Resynchronise()
    {
        for (_at++; ; _at++)
        {
            long from = _at;
            int fitting = 0;
            while (fitting < Fitting)
            {
                ReadOnlySpan<byte> head = Look(HeaderSize);
                if (head.Length < HeaderSize)
                {
                    _at = from;
                    if (fitting > 0 && Look(HeaderSize).Length == HeaderSize)
                    {
                        _sink.Gap(-1, -1, "damaged_page", _number + 1);
                        return true;
                    }
                    fitting = -1;
                    break;
                }
                if (!IsRecord(head) || !IsWhole(head))
                {
                    break;
                }
                fitting++;
                _at += SizeOf(head);
            }
            _at = from;
            if (fitting == Fitting)
            {
                _sink.Gap(-1, -1, "damaged_page", _number + 1);
                return true;
            }
            if (fitting < 0 || Look(HeaderSize).Length < HeaderSize)
            {
                // Nothing whole is behind it: the file is cut here.
                _cut = true;
                return false;
            }
        }
    }

    // A sample's parts must fill it; other records must at least lie inside the data.
    private bool IsWhole(ReadOnlySpan<byte> head)
    {
        int size = SizeOf(head);
        PerfRecord kind = KindOf(head);
        ReadOnlySpan<byte> record = Look(size);
        if (record.Length < size || size < 2 * HeaderSize)
        {
            return kind == PerfRecord.FinishedRound && size == HeaderSize;
        }
        PerfSample sample = default;
        return kind != PerfRecord.Sample
            || (AttributeOf(kind, record[HeaderSize..]) is { } attribute && sample.TryRead(record[HeaderSize..], attribute, _header.BigEndian)
                && (!attribute.IsTracepoint || !attribute.EndsInRecord || size - HeaderSize - sample.RawAt - sample.RawLength is >= 0 and < 8));
    }
}
