using SecondLook.Replay.Calibration;
using SecondLook.Replay.Replacement.Settings;

namespace SecondLook.Replay.Tests.Calibration;

/// <summary>Effects of the calibration by name.</summary>
public sealed class BackgroundEffectsTests
{
    [Fact]
    public void Over_WithoutSettings_ModelsEverything()
    {
        ReclaimSwitches rules = ReclaimProfiles.Create("p72");
        ReclaimSwitches switches = BackgroundEffects.All.Over(rules);

        Assert.Equal(IoModel.Plug, switches.IoModel);
        Assert.True(switches.FolioBatchDelay && switches.SwapReadaround && switches.SwapWriteLag && switches.ChargeBatch > 0);
        Assert.Equal(IoModel.Instant, rules.IoModel);
    }

    [Fact]
    public void With_SettingsInOrder_TheLastOneStands()
    {
        BackgroundEffects effects = BackgroundEffects.With([new("io_model", "instant"), new("io_model", "at_end"), new("program_files", "off")]);

        Assert.Equal(IoModel.AtEnd, effects.Over(ReclaimProfiles.Create("p61")).IoModel);
        Assert.False(effects.ProgramFiles);
        Assert.True(effects.ProgramPages);
    }

    [Theory]
    [InlineData("program_files", "no")]
    [InlineData("io_model", "slow")]
    [InlineData("no_such_switch", "1")]
    public void With_WhatDoesNotExist_Throws(string name, string value) =>
        Assert.Throws<ArgumentException>(() => BackgroundEffects.With([new(name, value)]));

    [Fact]
    public void Names_AreThoseOfRulesAndOfTheProgram() =>
        Assert.Superset(new HashSet<string>(SwitchNames.All(), StringComparer.Ordinal), new HashSet<string>(BackgroundEffects.Names(), StringComparer.Ordinal));
}
