using System.ComponentModel;
using System.Diagnostics;
using SecondLook.Contracts.Diagnostics;

namespace SecondLook.Ingest.Inputs;

/// <summary>Unpacks xz, lz4 and bzip2 through the system's tool, as a pipe, where their libraries are not there; and the older form of lz4.</summary>
internal sealed class ToolStream : ForwardStream
{
    private readonly string _name;
    private readonly string _kind;
    private readonly Process _tool;
    private readonly Stream _output;
    private readonly Task _feeding;
    private bool _checked;
    private bool _damaged;
    private bool _disposed;

    private ToolStream(string name, string kind, Process tool, Stream packed)
    {
        _name = name;
        _kind = kind;
        _tool = tool;
        _output = tool.StandardOutput.BaseStream;
        _feeding = Task.Run(() => Feed(packed));
    }

    /// <summary>Starts the tool.</summary>
    /// <exception cref="InputException">It is not there.</exception>
    public static ToolStream Open(string name, string kind, Stream packed)
    {
        ProcessStartInfo start = new(kind, "-dc") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        if (kind == "xz")
        {
            start.ArgumentList.Clear();
            start.Arguments = $"-dc --memlimit={XzStream.MostMemory >> 20}MiB";
        }
        try
        {
            Process tool = Process.Start(start)!;
            tool.ErrorDataReceived += static (_, _) => { };
            tool.BeginErrorReadLine();
            return new ToolStream(name, kind, tool, packed);
        }
        catch (Win32Exception)
        {
            throw new InputException($"{kind}_unavailable", $"{name}: packed with {kind}, and there is no {kind} command here. Install it or unpack the file first.");
        }
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        int read = _output.Read(buffer);
        if (read == 0 && !buffer.IsEmpty)
        {
            // Whoever looks at the first bytes meets the damage before the reader does: it must be told every time.
            if (!_checked)
            {
                _checked = true;
                _tool.WaitForExit();
                _feeding.Wait();
                _damaged = _tool.ExitCode != 0;
            }
            if (_damaged)
            {
                throw new InvalidDataException($"{_name}: damaged {_kind} data.");
            }
        }
        return read;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            if (!_tool.HasExited)
            {
                _tool.Kill();
            }
            _feeding.Wait();
            _tool.Dispose();
        }
        base.Dispose(disposing);
    }

    private void Feed(Stream packed)
    {
        try
        {
            using Stream input = _tool.StandardInput.BaseStream;
            packed.CopyTo(input);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or ObjectDisposedException)
        {
            // The tool has ended early; its exit code or its output says why.
        }
    }
}
