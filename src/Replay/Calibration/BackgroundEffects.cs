using SecondLook.Replay.Replacement.Settings;

namespace SecondLook.Replay.Calibration;

/// <summary>
/// What runs beside the guest and decides whom a real kernel evicts. The calibration models all of it; single effects can be switched off by name,
/// to show what each is worth, and every switch of the reclaim rules can be set the same way.
/// </summary>
/// <remarks>Models: the effects of calibration.md section 3. Omits: those that it lists as without effect.</remarks>
public sealed class BackgroundEffects
{
    /// <summary>Switch of the program's anon pages.</summary>
    public const string ProgramPagesName = "program_pages";

    /// <summary>Switch of the program's file pages.</summary>
    public const string ProgramFilesName = "program_files";

    // As MEMCG_CHARGE_BATCH.
    private const int ChargeBatch = 64;

    private readonly List<KeyValuePair<string, string>> _switches = [];

    /// <summary>All effects, as they are.</summary>
    public static BackgroundEffects All { get; } = new();

    /// <summary>Anon pages of the capture program are modelled.</summary>
    public bool ProgramPages { get; private init; } = true;

    /// <summary>File pages of the capture program are modelled.</summary>
    public bool ProgramFiles { get; private init; } = true;

    /// <summary>Names that <see cref="With"/> knows, in ordinal order.</summary>
    public static IReadOnlyList<string> Names()
    {
        List<string> names = [.. SwitchNames.All(), ProgramPagesName, ProgramFilesName];
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    /// <summary>These effects with switches set, in order.</summary>
    /// <param name="settings">Names and values.</param>
    /// <exception cref="ArgumentException">A name or a value does not exist.</exception>
    public static BackgroundEffects With(IReadOnlyList<KeyValuePair<string, string>> settings)
    {
        bool pages = true;
        bool files = true;
        List<KeyValuePair<string, string>> switches = [];
        foreach ((string name, string value) in settings)
        {
            switch (name)
            {
                case ProgramPagesName:
                    pages = OnOff(name, value);
                    break;
                case ProgramFilesName:
                    files = OnOff(name, value);
                    break;
                default:
                    // A value is tried here, so that a wrong one is known before a capture is read.
                    SwitchNames.Set(new ReclaimSwitches(), name, value);
                    switches.Add(new(name, value));
                    break;
            }
        }
        BackgroundEffects effects = new() { ProgramPages = pages, ProgramFiles = files };
        effects._switches.AddRange(switches);
        return effects;
    }

    /// <summary>The rules of a kernel with the effects laid over them.</summary>
    /// <param name="rules">Left as they are.</param>
    /// <returns>A copy.</returns>
    public ReclaimSwitches Over(ReclaimSwitches rules)
    {
        ReclaimSwitches switches = rules.Clone();
        switches.IoModel = IoModel.Plug;
        switches.FolioBatchDelay = true;
        switches.SwapReadaround = true;
        switches.ChargeBatch = ChargeBatch;
        foreach ((string name, string value) in _switches)
        {
            SwitchNames.Set(switches, name, value);
        }
        return switches;
    }

    private static bool OnOff(string name, string value) => value switch
    {
        "on" => true,
        "off" => false,
        _ => throw new ArgumentException($"switch {name}: '{value}' is neither on nor off", nameof(value)),
    };
}
