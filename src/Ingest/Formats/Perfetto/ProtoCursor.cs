using System.Buffers.Binary;

namespace SecondLook.Ingest.Formats.Perfetto;

/// <summary>Walks the fields of a protobuf message; every length is checked against what is left.</summary>
/// <param name="message">The message.</param>
internal ref struct ProtoCursor(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    /// <summary>Number of the field at hand.</summary>
    public int Field { get; private set; }

    /// <summary>Value of a field that is a number.</summary>
    public ulong Number { get; private set; }

    /// <summary>Bytes of a field that has a length.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Whether the field at hand has a length.</summary>
    public bool IsBytes { get; private set; }

    /// <summary>Whether the message ended in the middle of a field.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Bytes behind the field at hand.</summary>
    public readonly int Left => _rest.Length;

    /// <summary>Goes to the next field.</summary>
    public bool Next()
    {
        Bytes = default;
        Number = 0;
        IsBytes = false;
        if (_rest.IsEmpty)
        {
            return false;
        }
        if (!TryVarint(out ulong tag) || tag >> 3 is 0 or > int.MaxValue)
        {
            return Cut();
        }
        Field = (int)(tag >> 3);
        switch (tag & 7)
        {
            case 0:
                if (!TryVarint(out ulong number))
                {
                    return Cut();
                }
                Number = number;
                return true;
            case 1 when _rest.Length >= 8:
                Number = BinaryPrimitives.ReadUInt64LittleEndian(_rest);
                _rest = _rest[8..];
                return true;
            case 5 when _rest.Length >= 4:
                Number = BinaryPrimitives.ReadUInt32LittleEndian(_rest);
                _rest = _rest[4..];
                return true;
            case 2:
                if (!TryVarint(out ulong length) || length > (ulong)_rest.Length)
                {
                    return Cut();
                }
                Bytes = _rest[..(int)length];
                _rest = _rest[(int)length..];
                IsBytes = true;
                return true;
            default:
                return Cut();
        }
    }

    private bool Cut()
    {
        IsCut = true;
        _rest = default;
        return false;
    }

    private bool TryVarint(out ulong value)
    {
        value = 0;
        for (int i = 0; i < 10 && i < _rest.Length; i++)
        {
            value |= (ulong)(_rest[i] & 0x7f) << (7 * i);
            if (_rest[i] < 0x80)
            {
                _rest = _rest[(i + 1)..];
                return true;
            }
        }
        return false;
    }
}
