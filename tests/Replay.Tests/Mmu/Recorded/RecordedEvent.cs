namespace SecondLook.Replay.Tests.Mmu.Recorded;

internal enum RecordedKind
{
    Other,
    AgeHva,
    TestAgeHva,
    UnmapHva,
    SpteChanged,
    PageFault,
    FastPageFault,
    SetSpte,
    SpteRequested,
    MmioMark,
    MmioCheck,
    MmioHandled,
    ZapAllFast,
    GuestFault,
    AccessFault,
}

/// <summary>One line of a recorded trace, as far as secondary MMUs matter.</summary>
internal readonly record struct RecordedEvent(
    RecordedKind Kind, long TimestampNs, string Task, ulong A, ulong B = 0, ulong C = 0, int Level = 0, int AddressSpace = 0);

/// <summary>One access of the guest, from the ground truth.</summary>
internal readonly record struct RecordedTouch(long TimestampNs, ulong Gfn, bool Write, bool Mmio);

/// <summary>A change of memslots or of dirty logging that the capture's plan made.</summary>
internal readonly record struct RecordedAction(long BeginNs, long EndNs, string Name, string Detail);
