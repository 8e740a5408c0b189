using System.Runtime.CompilerServices;

namespace SecondLook.Ingest.Inputs;

/// <summary>Makes the framework's unpackers report data that ends too early instead of taking it for a whole stream.</summary>
/// <remarks>The framework reads the switch when its unpackers are first used, hence at the load of this module.</remarks>
internal static class StrictUnpacking
{
    /// <summary>Name of the switch, for programs that use the unpackers before they load this module.</summary>
    public const string Switch = "System.IO.Compression.UseStrictValidation";

#pragma warning disable CA2255 // The switch must be set before the first unpacker exists, wherever in the program that is.
    [ModuleInitializer]
    internal static void TurnOn() => AppContext.SetSwitch(Switch, true);
#pragma warning restore CA2255
}
