using SecondLook.Contracts.Addresses;
using SecondLook.Replay;
using SecondLook.Replay.Demands;

namespace SecondLook.Pipeline.Tests.Validation;

/// <content>Windows of look-around, and what is kept of a walk and of a call.</content>
internal sealed partial class CallsPredicted
{
    // How many guest pages each frame stands under.
    private readonly Dictionary<ulong, int> _under = [];

    private void Name(int page, ulong pfn)
    {
        _under[_pfn[page]] = _under.GetValueOrDefault(_pfn[page]) - 1;
        _under[pfn] = _under.GetValueOrDefault(pfn) + 1;
        _pfn[page] = pfn;
    }

    // What was only ever read may be the one page of zeros, which is on no list and which walks and look-around pass over.
    private bool IsZeroPage(int page) => _pfn[page] != 0 && _under.GetValueOrDefault(_pfn[page]) > 1;

    // Pages that look-around at a target may ask: of its table and slot, mapped, on a list (mglru-model.md 5.6).
    private int[] Window(int target)
    {
        if (!_batches || _classic || _hugeLeaf[target])
        {
            return [];
        }
        ref readonly SlotPages slot = ref _pages.SlotOf(target);
        ulong hva = _pages.HvaOf(target);
        ulong low = Math.Max(hva & ~0x1FFFFFUL, slot.Hva);
        ulong high = Math.Min((hva & ~0x1FFFFFUL) + 0x200000, slot.Hva + ((ulong)slot.Npages << PageSize.Shift));
        const ulong Most = 64UL << PageSize.Shift;
        if (high - low > Most)
        {
            if (hva - low < Most / 2)
            {
                high = low + Most;
            }
            else if (high - hva < Most / 2)
            {
                low = high - Most;
            }
            else
            {
                low = hva - (Most / 2);
                high = hva + (Most / 2);
            }
        }
        List<int> window = [];
        int first = target - (int)((hva - low) >> PageSize.Shift);
        for (int p = first; p < first + (int)((high - low) >> PageSize.Shift); p++)
        {
            if (_mapped[p] && !IsZeroPage(p))
            {
                window.Add(p);
            }
        }
        return [.. window];
    }

    /// <summary>One call inside a batch.</summary>
    internal sealed class Call(int page, ulong hva, bool? young)
    {
        public int Page { get; } = page;

        public ulong Hva { get; } = hva;

        public bool? Young { get; } = young;

        public bool Unmapped { get; set; }

        /// <summary>Pages that look-around would visit.</summary>
        public int[] Window { get; init; } = [];

        /// <summary>Of them those that may still be in an insertion batch, which 7.2 leaves out.</summary>
        public HashSet<int> Fresh { get; init; } = [];
    }

    private sealed class Walk(bool[] mapped, string vm, RecordedCommand? command)
    {
        public bool[] MappedAtBegin { get; } = mapped;

        public string Vm { get; } = vm;

        public RecordedCommand? Command { get; } = command;

        public List<Call> Calls { get; } = [];

        public HashSet<int> AskedPages { get; } = [];

        public long NotExpected { get; set; }

        public ulong LastHva { get; set; }
    }

    private sealed class Asker
    {
        public bool InBatch { get; set; }

        public bool Active { get; set; }

        public Walk? Walk { get; set; }

        public List<Call> Calls { get; set; } = [];

        public Call? Last { get; set; }
    }
}
