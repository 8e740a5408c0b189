using System.CommandLine;
using SecondLook.Host.Commands;

namespace SecondLook.Host;

/// <summary>The verbs and what they share.</summary>
public static class CommandLine
{
    /// <summary>Builds the root command; without a verb it runs the quickstart.</summary>
    /// <param name="cancel">Cancelled by Ctrl-C.</param>
    public static RootCommand Create(CancellationToken cancel)
    {
        RootCommand root = new("SecondLook judges Linux KVM memory reclaim offline: from a tracepoint log to a report folder.\nWithout a verb it runs pipeline/jobs/quickstart.json.")
        {
            RunCommand.Create(cancel),
            IngestCommand.Create(cancel),
            DumpCommand.Create(cancel),
            InspectCommand.Create(cancel),
            ReplayCommand.Create(cancel),
            ReportCommand.Create(cancel),
            CompareCommand.Create(cancel),
            CalibrateCommand.Create(cancel),
            MissesCommand.Create(cancel),
            VectorsCommand.Create(),
            ScenarioCommand.Create(),
            SynthCommand.Create(),
            ListCommand.Create(),
        };
        root.SetAction(_ => RunCommand.Quickstart(cancel));
        return root;
    }
}
