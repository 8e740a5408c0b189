using System.Runtime.InteropServices;
using SecondLook.Contracts.Tables;
using SecondLook.Parquet;

namespace SecondLook.Replay.Schedules;

/// <summary>One access on its way into a schedule.</summary>
/// <param name="TsNs">When, ns.</param>
/// <param name="Seq">Order among accesses of one instant: the event that tells of it.</param>
/// <param name="Page">Dense page id.</param>
/// <param name="Origin">How it is known.</param>
/// <param name="Write">Whether it is known to be a write.</param>
/// <param name="Host">Whether the host process itself touched the page.</param>
/// <param name="Step">Step of the plan, -1 when unknown.</param>
/// <param name="Vcpu">Virtual CPU, -1 when unknown.</param>
public readonly record struct ScheduledAccess(long TsNs, long Seq, int Page, TouchOrigin Origin, bool Write, bool Host, int Step, int Vcpu)
{
    /// <summary>A nested guest (L2) made the access, not the VM's own.</summary>
    public bool Nested { get; init; }
}

/// <summary>One full assignment of accesses to instants, in order; what policies are replayed on.</summary>
public sealed class AccessSchedule
{
    private readonly ScheduledAccess[] _accesses;
    private readonly int[] _next;
    private readonly int[] _first;

    /// <summary>Creates a schedule.</summary>
    /// <param name="name">Name, such as <c>truth</c> or <c>uniform-1</c>.</param>
    /// <param name="source"><c>truth</c> or <c>trace</c>.</param>
    /// <param name="pages">Number of pages.</param>
    /// <param name="accesses">Accesses in any order; sorted by (time, seq, page).</param>
    /// <param name="coverage">Share of resident page-time of known outcome, null where it means nothing.</param>
    public AccessSchedule(string name, string source, int pages, List<ScheduledAccess> accesses, double? coverage)
    {
        Name = name;
        Source = source;
        Coverage = coverage;
        _accesses = [.. accesses];
        Array.Sort(_accesses, static (a, b) =>
        {
            int order = a.TsNs.CompareTo(b.TsNs);
            order = order != 0 ? order : a.Seq.CompareTo(b.Seq);
            return order != 0 ? order : a.Page.CompareTo(b.Page);
        });
        _next = new int[_accesses.Length];
        _first = new int[pages];
        Array.Fill(_first, int.MaxValue);
        for (int i = _accesses.Length - 1; i >= 0; i--)
        {
            _next[i] = _first[_accesses[i].Page];
            _first[_accesses[i].Page] = i;
        }
        foreach (int first in _first)
        {
            FootprintPages += first == int.MaxValue ? 0 : 1;
        }
    }

    /// <summary>Name, such as <c>truth</c> or <c>uniform-1</c>.</summary>
    public string Name { get; }

    /// <summary><c>truth</c> or <c>trace</c>.</summary>
    public string Source { get; }

    /// <summary>Share of resident page-time in intervals of known outcome, 0 to 1.</summary>
    public double? Coverage { get; }

    /// <summary>Distinct pages that occur.</summary>
    public int FootprintPages { get; }

    /// <summary>Number of accesses.</summary>
    public int Count => _accesses.Length;

    /// <summary>Accesses in order.</summary>
    public ReadOnlySpan<ScheduledAccess> Accesses => _accesses;

    /// <summary>For each access the position of the next one of the same page, <see cref="int.MaxValue"/> for none.</summary>
    public ReadOnlySpan<int> Next => _next;

    /// <summary>For each page the position of its first access, <see cref="int.MaxValue"/> for none.</summary>
    public ReadOnlySpan<int> First => _first;

    /// <summary>Writes <c>touches-NAME.parquet</c>.</summary>
    public void Write(string path, ParquetCodec codec)
    {
        TableBuilder table = new(TouchesTable.Schema);
        foreach (ref readonly ScheduledAccess access in Accesses)
        {
            int row = table.AddRow();
            table[TouchesTable.TsNs].Set(row, access.TsNs);
            table[TouchesTable.Page].Set(row, access.Page);
            table[TouchesTable.Write].Set(row, access.Write);
            table[TouchesTable.Origin].Set(row, NameOf(access.Origin));
            table[TouchesTable.Step].Set(row, access.Step);
        }
        ParquetTables.Write(path, table, codec);
    }

    /// <summary>Writes <c>schedules.parquet</c>.</summary>
    public static void WriteList(string path, List<AccessSchedule> schedules, ParquetCodec codec)
    {
        TableBuilder table = new(SchedulesTable.Schema);
        ReadOnlySpan<AccessSchedule> all = CollectionsMarshal.AsSpan(schedules);
        for (int i = 0; i < all.Length; i++)
        {
            int row = table.AddRow();
            table[SchedulesTable.Schedule].Set(row, i);
            table[SchedulesTable.Name].Set(row, all[i].Name);
            table[SchedulesTable.Accesses].Set(row, all[i].Source);
            table[SchedulesTable.Touches].Set(row, all[i].Count);
            if (all[i].Coverage is double coverage)
            {
                table[SchedulesTable.Coverage].Set(row, coverage);
            }
        }
        ParquetTables.Write(path, table, codec);
    }

    private static string NameOf(TouchOrigin origin) => origin switch
    {
        TouchOrigin.Truth => "truth",
        TouchOrigin.Fault => "fault",
        TouchOrigin.Zap => "zap",
        TouchOrigin.Model => "model",
        _ => "interval",
    };
}
