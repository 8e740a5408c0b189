using System.Runtime.CompilerServices;
using SecondLook.Contracts.Events;

namespace SecondLook.Ingest.Meaning;

/// <summary>What each exit reason says of the page faults that follow, by its string id; a reason is looked at once.</summary>
/// <param name="strings">Strings of the dataset.</param>
internal sealed class ExitOrigins(StringTable strings)
{
    // Origin + 1; 0 where the string was not looked at.
    private byte[] _known = new byte[256];

    /// <summary>Origin that an exit reason stands for.</summary>
    /// <param name="reason">String id of the reason.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public FaultOrigin Of(int reason)
    {
        byte[] known = _known;
        return (uint)reason < (uint)known.Length && known[reason] != 0 ? (FaultOrigin)(known[reason] - 1) : Learn(reason);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private FaultOrigin Learn(int reason)
    {
        if (reason >= _known.Length)
        {
            Array.Resize(ref _known, Math.Max(reason + 1, _known.Length * 2));
        }
        FaultOrigin origin = FaultOrigins.Of(strings[reason]);
        _known[reason] = (byte)(origin + 1);
        return origin;
    }
}
