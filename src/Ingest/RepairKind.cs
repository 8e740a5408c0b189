namespace SecondLook.Ingest;

/// <summary>Repairs counted by kind (trace-formats.md section 3); the JSON name is the lower-case form with underscores.</summary>
public enum RepairKind
{
    /// <summary>A byte-order mark was dropped.</summary>
    Bom,

    /// <summary>A carriage return before a newline was dropped.</summary>
    Crlf,

    /// <summary>NUL bytes between lines were dropped, counted in bytes.</summary>
    NulRunBytes,

    /// <summary>Bytes of a name that are no UTF-8 became U+FFFD.</summary>
    InvalidUtf8,

    /// <summary>A console prefix before an event line was dropped.</summary>
    DmesgPrefix,

    /// <summary>Lines wrapped by a mail program were joined.</summary>
    JoinedWrapped,

    /// <summary>A mail quote mark was dropped.</summary>
    MailQuote,

    /// <summary>An address was printed without <c>0x</c>.</summary>
    UnprefixedHex,

    /// <summary>A range is empty or runs backward.</summary>
    EmptyRange,

    /// <summary>A kernel pointer was dropped.</summary>
    PointerHashedOrRaw,

    /// <summary>The clock of a CPU went back by more than 1 us.</summary>
    ClockBackward,

    /// <summary>The clock went forward by more than an hour.</summary>
    ClockForward,

    /// <summary>An event could belong to several VMs.</summary>
    VmAmbiguous,

    /// <summary>A field that no known kernel prints was kept in extra.</summary>
    ExtraFields,

    /// <summary>kvm_test_age_hva was printed with a range.</summary>
    TestAgeRange,

    /// <summary>An event had no time.</summary>
    NoTime,

    /// <summary>An event had no task.</summary>
    NoTask,

    /// <summary>A duplicate of an event from another tool was dropped.</summary>
    DuplicateDropped,

    /// <summary>An event came too late to be sorted in.</summary>
    LateEvent,

    /// <summary>A task name was cut short by the format.</summary>
    CommTruncated,
}
