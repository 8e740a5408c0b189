namespace SecondLook.Contracts.Events;

/// <summary>How a young answer is known.</summary>
public enum YoungSource : byte
{
    /// <summary>The kernel printed it (kvm_age_page).</summary>
    Printed = 1,

    /// <summary>A probe read the return value.</summary>
    Retval = 2,

    /// <summary>A <c>young_cleared</c> SPTE event followed the call.</summary>
    SptePair = 3,

    /// <summary>No such event followed where one had to (ruling 1 of product.md 11).</summary>
    Absence = 4,

    /// <summary>A stack trace told.</summary>
    Stack = 5,
}
