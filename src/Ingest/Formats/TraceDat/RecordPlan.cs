using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SecondLook.Ingest.Formats.TraceDat;

/// <summary>
/// Which bytes of an event's record go to which slot of its tracepoint, worked out once per event id, so that reading a record is a walk
/// over a short list.
/// </summary>
/// <remarks>Reads up to <see cref="Overread"/> bytes behind a number: buffers that hold records must be that much longer.</remarks>
internal sealed class RecordPlan
{
    /// <summary>Bytes behind a record that must be readable.</summary>
    public const int Overread = 8;

    private readonly Step[] _numbers;
    private readonly uint _numberSlots;
    private readonly TextStep[] _texts;
    private readonly DerivedStep[] _derived;
    private readonly int _messageAt;
    private readonly bool _bigEndian;

    /// <summary>Joins a format and the tracepoint of its name.</summary>
    /// <param name="format">Where the fields lie.</param>
    /// <param name="entry">The tracepoint, known or not.</param>
    /// <param name="bigEndian">Byte order of the records.</param>
    public RecordPlan(EventFormat format, TracepointTable.Entry entry, bool bigEndian)
    {
        Entry = entry;
        _bigEndian = bigEndian;
        _messageAt = -1;
        List<Step> numbers = [];
        List<TextStep> texts = [];
        foreach (RecordField field in format.Fields)
        {
            if (field.Name == "common_pid" && field.Form == FieldForm.Number && field.Size == 4)
            {
                PidAt = field.Offset;
            }
            else if (field.Name == "buf" && field.Form == FieldForm.Chars)
            {
                _messageAt = field.Offset;
            }
            int slot = entry.Tracepoint is null ? -1 : SlotOf(entry.Tracepoint.Fields, field.Name);
            if (slot < 0)
            {
                continue;
            }
            if (field.Form == FieldForm.Number || (field.Form == FieldForm.Pointer && entry.Tracepoint!.Fields[slot].Base is FieldBase.Hex or FieldBase.Dec))
            {
                numbers.Add(new Step(field.Offset, (byte)(64 - (field.Size * 8)), (byte)slot, field.IsSigned));
                MinLength = Math.Max(MinLength, field.Offset + field.Size);
            }
            else if (field.Form is FieldForm.Chars or FieldForm.DataLoc or FieldForm.RelLoc)
            {
                texts.Add(new TextStep(field.Offset, field.Size, slot, field.Form));
                MinLength = Math.Max(MinLength, field.Offset + field.Size);
            }
        }
        MinLength = Math.Max(MinLength, PidAt + 4);
        _derived = entry.Tracepoint is null ? [] : Derived(format, entry.Tracepoint.Fields);
        foreach (DerivedStep step in _derived)
        {
            MinLength = Math.Max(MinLength, step.Source.Offset + ((64 - step.Source.Shift) / 8));
        }
        _numbers = [.. numbers];
        foreach (Step step in numbers)
        {
            _numberSlots |= 1u << step.Slot;
        }
        _texts = [.. texts];
    }

    /// <summary>The tracepoint.</summary>
    public TracepointTable.Entry Entry { get; }

    /// <summary>Offset of the thread id.</summary>
    public int PidAt { get; } = 4;

    /// <summary>Bytes that a record has at least.</summary>
    public int MinLength { get; }

    /// <summary>Thread id of a record.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Pid(ReadOnlySpan<byte> record)
    {
        int pid = Unsafe.ReadUnaligned<int>(ref Unsafe.Add(ref MemoryMarshal.GetReference(record), PidAt));
        return _bigEndian == BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(pid) : pid;
    }

    /// <summary>Text of a mark that user space wrote, empty when the event has none.</summary>
    public ReadOnlySpan<byte> Message(ReadOnlySpan<byte> record) =>
        _messageAt >= 0 && _messageAt < record.Length ? UpToNul(record[_messageAt..]).TrimEnd((byte)'\n') : default;

    /// <summary>Takes the fields of a record of at least <see cref="MinLength"/> bytes.</summary>
    /// <returns>False when a text lies outside the record.</returns>
    public bool TryRead(ReadOnlySpan<byte> record, FieldValues values)
    {
        Span<ulong> slots = values.Begin(_numberSlots);
        ref byte start = ref MemoryMarshal.GetReference(record);
        foreach (ref readonly Step step in _numbers.AsSpan())
        {
            slots[step.Slot] = Number(ref start, step);
        }
        if (_derived.Length > 0)
        {
            Derive(ref start, values);
        }
        return _texts.Length == 0 || TryTexts(record, values);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong Number(ref byte start, in Step step)
    {
        ulong word = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, step.Offset));
        // The wanted bytes go to the top, whatever lies behind them is shifted out.
        word = _bigEndian == BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(word) : word << step.Shift;
        return step.IsSigned ? (ulong)((long)word >> step.Shift) : word >> step.Shift;
    }

    private void Derive(ref byte start, FieldValues values)
    {
        foreach (DerivedStep step in _derived)
        {
            ulong number = Number(ref start, step.Source);
            if (step.Value.EqualTo is { } wanted)
            {
                values.Set(step.Source.Slot, number == wanted ? 1UL : 0);
            }
            else if (step.Value.Names!.TryGetValue(number, out byte[]? name))
            {
                values.SetText(step.Source.Slot, name);
            }
        }
    }

    private static DerivedStep[] Derived(EventFormat format, ReadOnlySpan<FieldSpec> specs)
    {
        List<DerivedStep> steps = [];
        foreach (PrintedValue value in PrintedValues.Parse(format.PrintFormat))
        {
            int slot = SlotOf(specs, value.Label);
            slot = slot < 0 ? SlotOf(specs, value.Field) : slot;
            if (slot < 0 || (value.Names is not null) != (specs[slot].Base == FieldBase.Word))
            {
                continue;
            }
            foreach (RecordField field in format.Fields)
            {
                if (field.Name == value.Field && field.Form == FieldForm.Number)
                {
                    steps.Add(new DerivedStep(new Step(field.Offset, (byte)(64 - (field.Size * 8)), (byte)slot, field.IsSigned), value));
                }
            }
        }
        return [.. steps];
    }

    private bool TryTexts(ReadOnlySpan<byte> record, FieldValues values)
    {
        foreach (TextStep step in _texts)
        {
            ReadOnlySpan<byte> text;
            if (step.Form == FieldForm.Chars)
            {
                text = step.Size == 0 ? record[step.Offset..] : record.Slice(step.Offset, step.Size);
            }
            else
            {
                ReadOnlySpan<byte> place = record.Slice(step.Offset, 4);
                uint word = _bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(place) : BinaryPrimitives.ReadUInt32LittleEndian(place);
                int at = (int)(word & 0xffff) + (step.Form == FieldForm.RelLoc ? step.Offset + 4 : 0);
                int length = (int)(word >> 16);
                if (at + length > record.Length)
                {
                    return false;
                }
                text = record.Slice(at, length);
            }
            values.SetText(step.Slot, UpToNul(text));
        }
        return true;
    }

    private static ReadOnlySpan<byte> UpToNul(ReadOnlySpan<byte> text)
    {
        int end = text.IndexOf((byte)0);
        return end < 0 ? text : text[..end];
    }

    private static int SlotOf(ReadOnlySpan<FieldSpec> specs, string name)
    {
        for (int slot = 0; slot < specs.Length; slot++)
        {
            if (specs[slot].Name == name)
            {
                return specs[slot].Base is FieldBase.Ignore or FieldBase.Pointer ? -1 : slot;
            }
        }
        return -1;
    }

    private readonly record struct Step(int Offset, byte Shift, byte Slot, bool IsSigned);

    private readonly record struct DerivedStep(Step Source, PrintedValue Value);

    private readonly record struct TextStep(int Offset, int Size, int Slot, FieldForm Form);
}
