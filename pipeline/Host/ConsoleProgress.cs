using System.Diagnostics;
using System.Globalization;
using SecondLook.Contracts.Runs;

namespace SecondLook.Host;

/// <summary>Progress on stderr: a bar with rate and time left on a terminal, one line a stage elsewhere.</summary>
public sealed class ConsoleProgress : IProgress<StageProgress>
{
    private const int BarWidth = 24;
    private readonly Lock _lock = new();
    private readonly bool _terminal = !Console.IsErrorRedirected;
    private string _stage = "";
    private long _stageStart;
    private long _lastDrawn;

    /// <inheritdoc/>
    public void Report(StageProgress value)
    {
        lock (_lock)
        {
            long now = Stopwatch.GetTimestamp();
            if (!string.Equals(value.Stage, _stage, StringComparison.Ordinal))
            {
                EndLine();
                _stage = value.Stage;
                _stageStart = now;
                _lastDrawn = 0;
                if (!_terminal)
                {
                    Console.Error.WriteLine($"secondlook: {value.Stage}");
                }
            }
            if (_terminal && (Stopwatch.GetElapsedTime(_lastDrawn, now).TotalMilliseconds > 100 || value.Done == value.Total))
            {
                _lastDrawn = now;
                Draw(value, Stopwatch.GetElapsedTime(_stageStart, now).TotalSeconds);
            }
        }
    }

    /// <summary>Ends the bar's line, if one is drawn.</summary>
    public void Finish()
    {
        lock (_lock)
        {
            EndLine();
            _stage = "";
        }
    }

    private void EndLine()
    {
        if (_terminal && _lastDrawn != 0)
        {
            Console.Error.WriteLine();
        }
    }

    private static void Draw(StageProgress value, double seconds)
    {
        string rate = seconds > 0.2 ? string.Create(CultureInfo.InvariantCulture, $" {value.Done / seconds:0} {value.Unit}/s") : "";
        if (value.Total <= 0)
        {
            Console.Error.Write(string.Create(CultureInfo.InvariantCulture, $"\r{value.Stage}: {value.Done} {value.Unit}{rate}   "));
            return;
        }
        double share = Math.Clamp((double)value.Done / value.Total, 0, 1);
        int filled = (int)(share * BarWidth);
        string left = share > 0.01 && seconds > 1 ? string.Create(CultureInfo.InvariantCulture, $" {seconds * (1 - share) / share:0} s left") : "";
        Console.Error.Write(string.Create(CultureInfo.InvariantCulture,
            $"\r{value.Stage} [{new string('#', filled)}{new string('.', BarWidth - filled)}] {share * 100:0} %{rate}{left}   "));
    }
}
