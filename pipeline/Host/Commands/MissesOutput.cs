using System.Globalization;
using System.Text;
using System.Text.Json;
using SecondLook.Replay.Reference;

namespace SecondLook.Host.Commands;

/// <summary>Prints counted cells as they come: CSV rows, or one JSON object at the end.</summary>
public sealed class MissesOutput : IDisposable
{
    private readonly TextWriter _output;
    // Standard output writes through at every call: a curve has hundreds of thousands of rows.
    private const int RowsAtOnce = 1 << 16;
    private readonly StringBuilder _rows = new();
    private readonly MemoryStream _bytes = new();
    private readonly Utf8JsonWriter? _json;

    /// <summary>Prints the header.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="json">One JSON object instead of CSV.</param>
    /// <param name="request">What was asked for.</param>
    public MissesOutput(TextWriter output, bool json, MissesRequest request)
    {
        _output = output;
        if (json)
        {
            _json = new Utf8JsonWriter(_bytes);
            _json.WriteStartObject();
            _json.WriteString("schema", "misses/1.0");
            _json.WriteString("variant", request.LibCacheSim ? "libcachesim" : "ours");
            _json.WriteStartArray("cells");
            return;
        }
        _output.Write(request.Shards is null ? "trace,policy,pages,requests,misses\n" : "trace,policy,pages,requests,misses,low,high\n");
    }

    /// <summary>Prints one cell of a trace.</summary>
    /// <param name="trace">Name of the trace.</param>
    /// <param name="list">Its requests.</param>
    /// <param name="cell">The cell.</param>
    /// <param name="misses">Misses, exact or estimated.</param>
    /// <param name="error">Ends of the stated error of an estimate, null for an exact count.</param>
    public void Write(string trace, PageList list, MissCell cell, long misses, (long Low, long High)? error = null)
    {
        if (_json is null)
        {
            string ends = error is { } e ? string.Create(CultureInfo.InvariantCulture, $",{e.Low},{e.High}") : "";
            _rows.Append(CultureInfo.InvariantCulture, $"{Quoted(trace)},{cell.Policy},{cell.Pages},{list.Requests.Length},{misses}{ends}\n");
            if (_rows.Length >= RowsAtOnce)
            {
                EndTrace();
            }
            return;
        }
        _json.WriteStartObject();
        _json.WriteString("trace", trace);
        _json.WriteString("policy", cell.Policy);
        _json.WriteNumber("pages", cell.Pages);
        _json.WriteNumber("requests", list.Requests.Length);
        _json.WriteNumber("distinct", list.Pages);
        _json.WriteNumber("misses", misses);
        if (error is { } stated)
        {
            _json.WriteNumber("low", stated.Low);
            _json.WriteNumber("high", stated.High);
        }
        _json.WriteEndObject();
    }

    /// <summary>Prints what was written so far.</summary>
    public void EndTrace()
    {
        _output.Write(_rows.ToString());
        _rows.Clear();
    }

    /// <summary>Ends the output.</summary>
    public void Finish()
    {
        EndTrace();
        if (_json is not null)
        {
            _json.WriteEndArray();
            _json.WriteEndObject();
            _json.Flush();
            _output.Write(Encoding.UTF8.GetString(_bytes.ToArray()) + "\n");
        }
        _output.Flush();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _json?.Dispose();
        _bytes.Dispose();
    }

    private static string Quoted(string name) =>
        name.AsSpan().ContainsAny(",\"\n\r") ? $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : name;
}
