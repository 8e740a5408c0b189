namespace SecondLook.Replay.Bounds;

/// <summary>What a capture proves about one question.</summary>
public enum Certainty : byte
{
    /// <summary>Not asked.</summary>
    None,

    /// <summary>Certainly not.</summary>
    No,

    /// <summary>The capture does not settle it.</summary>
    Open,

    /// <summary>Certainly.</summary>
    Yes,
}
