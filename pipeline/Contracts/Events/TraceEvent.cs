using System.Numerics;
using System.Runtime.InteropServices;

namespace SecondLook.Contracts.Events;

/// <summary>
/// One decoded tracepoint hit: a row of <c>events</c> on its way from a parser to a table, or back. Setting a property marks its column as
/// present; a column not marked is null. Strings are ids of the <see cref="StringTable"/> that travels with the batch.
/// </summary>
/// <remarks>Laid out by hand: what is used together lies together, since parsers keep thousands of them. Reused by parsers: <see cref="Clear"/>
/// forgets all columns by resetting the mask only.</remarks>
[StructLayout(LayoutKind.Sequential)]
public partial struct TraceEvent
{
    // What every event has: 64 bytes.
    private ulong _present;
    private long _tsNs;
    private long _line;
    private int _tid;
    private int _comm;
    private int _src;
    private int _tgid;
    private short _cpu;
    private short _clockEpoch;
    private short _stream;
    private short _fileNo;
    private short _vm;
    private short _vcpu;
    private TraceEventKind _kind;
    private TraceEventOp _op;
    private AddressSpaceKind _space;
    private byte _level;
    private byte _asId;
    private bool _young;
    private YoungSource _youngSrc;
    private bool _flush;
    private byte _access;
    private SpteFormat _spteFormat;
    private byte _lru;

    // What most events have some of: 64 bytes.
    private ulong _start;
    private ulong _end;
    private ulong _gfn;
    private ulong _pfn;
    private ulong _oldSpte;
    private ulong _newSpte;
    private ulong _errorCode;
    private long _npages;

    private long _n0;
    private long _n1;
    private long _n2;
    private long _n3;
    private int _slot;
    private int _text;
    private long _n4;
    private long _n5;
    private long _n6;
    private long _n7;
    private ulong _tsRaw;
    private ulong _mm;
    private ulong _memcgId;
    private long _lost;
    private long _seq;
    private int _cause;
    private int _extra;

    /// <summary>Bit i is set when column i (see <see cref="EventColumn"/>) has a value.</summary>
    public ulong Present { readonly get => _present; private set => _present = value; }

    /// <summary>Whether <paramref name="column"/> has a value.</summary>
    public readonly bool Has(EventColumn column) => (Present >> (int)column & 1) != 0;

    /// <summary>Makes <paramref name="column"/> null.</summary>
    public void Unset(EventColumn column) => Present &= ~(1UL << (int)column);

    /// <summary>Number of columns that have a value.</summary>
    public readonly int PresentCount => BitOperations.PopCount(Present);

    /// <summary>Makes every column null.</summary>
    public void Clear() => Present = 0;

    /// <summary>Order after sorting, dense from 0 per dataset (row). Default when absent.</summary>
    public long Seq { readonly get => Has(EventColumn.Seq) ? _seq : default; set { _seq = value; Present |= 1UL << (int)EventColumn.Seq; } }

    /// <summary>Time as recorded, with known shifts; null when the clock has no unit (ns). Default when absent.</summary>
    public long TsNs { readonly get => Has(EventColumn.TsNs) ? _tsNs : default; set { _tsNs = value; Present |= 1UL << (int)EventColumn.TsNs; } }

    /// <summary>Stamp as printed, set when it differs from ts_ns (clock unit). Default when absent.</summary>
    public ulong TsRaw { readonly get => Has(EventColumn.TsRaw) ? _tsRaw : default; set { _tsRaw = value; Present |= 1UL << (int)EventColumn.TsRaw; } }

    /// <summary>Counts backward steps of the clock. Default when absent.</summary>
    public short ClockEpoch { readonly get => Has(EventColumn.ClockEpoch) ? _clockEpoch : default; set { _clockEpoch = value; Present |= 1UL << (int)EventColumn.ClockEpoch; } }

    /// <summary>Index into metadata kmr.streams. Default when absent.</summary>
    public short Stream { readonly get => Has(EventColumn.Stream) ? _stream : default; set { _stream = value; Present |= 1UL << (int)EventColumn.Stream; } }

    /// <summary>Host CPU that ran the code. Default when absent.</summary>
    public short Cpu { readonly get => Has(EventColumn.Cpu) ? _cpu : default; set { _cpu = value; Present |= 1UL << (int)EventColumn.Cpu; } }

    /// <summary>Thread that ran the code. Default when absent.</summary>
    public int Tid { readonly get => Has(EventColumn.Tid) ? _tid : default; set { _tid = value; Present |= 1UL << (int)EventColumn.Tid; } }

    /// <summary>Its process. Default when absent.</summary>
    public int Tgid { readonly get => Has(EventColumn.Tgid) ? _tgid : default; set { _tgid = value; Present |= 1UL << (int)EventColumn.Tgid; } }

    /// <summary>Its name; id in the string table. Default when absent.</summary>
    public int Comm { readonly get => Has(EventColumn.Comm) ? _comm : default; set { _comm = value; Present |= 1UL << (int)EventColumn.Comm; } }

    /// <summary>What the row is about (kmr.dicts.kind). Default when absent.</summary>
    public TraceEventKind Kind { readonly get => Has(EventColumn.Kind) ? _kind : default; set { _kind = value; Present |= 1UL << (int)EventColumn.Kind; } }

    /// <summary>What happened within the kind (kmr.dicts.op). Default when absent.</summary>
    public TraceEventOp Op { readonly get => Has(EventColumn.Op) ? _op : default; set { _op = value; Present |= 1UL << (int)EventColumn.Op; } }

    /// <summary>Tracepoint that printed it; id in the string table. Default when absent.</summary>
    public int Src { readonly get => Has(EventColumn.Src) ? _src : default; set { _src = value; Present |= 1UL << (int)EventColumn.Src; } }

    /// <summary>Index into metadata kmr.vms. Default when absent.</summary>
    public short Vm { readonly get => Has(EventColumn.Vm) ? _vm : default; set { _vm = value; Present |= 1UL << (int)EventColumn.Vm; } }

    /// <summary>Virtual CPU number. Default when absent.</summary>
    public short Vcpu { readonly get => Has(EventColumn.Vcpu) ? _vcpu : default; set { _vcpu = value; Present |= 1UL << (int)EventColumn.Vcpu; } }

    /// <summary>First address, in the address space of column space (bytes). Default when absent.</summary>
    public ulong Start { readonly get => Has(EventColumn.Start) ? _start : default; set { _start = value; Present |= 1UL << (int)EventColumn.Start; } }

    /// <summary>First address after the range (bytes). Default when absent.</summary>
    public ulong End { readonly get => Has(EventColumn.End) ? _end : default; set { _end = value; Present |= 1UL << (int)EventColumn.End; } }

    /// <summary>Hva 1, gpa 2, gfn 3, pfn 4, gva 5. Default when absent.</summary>
    public AddressSpaceKind Space { readonly get => Has(EventColumn.Space) ? _space : default; set { _space = value; Present |= 1UL << (int)EventColumn.Space; } }

    /// <summary>Guest frame number (pages). Default when absent.</summary>
    public ulong Gfn { readonly get => Has(EventColumn.Gfn) ? _gfn : default; set { _gfn = value; Present |= 1UL << (int)EventColumn.Gfn; } }

    /// <summary>Host frame number (pages). Default when absent.</summary>
    public ulong Pfn { readonly get => Has(EventColumn.Pfn) ? _pfn : default; set { _pfn = value; Present |= 1UL << (int)EventColumn.Pfn; } }

    /// <summary>Length (pages of 4 KiB). Default when absent.</summary>
    public long Npages { readonly get => Has(EventColumn.Npages) ? _npages : default; set { _npages = value; Present |= 1UL << (int)EventColumn.Npages; } }

    /// <summary>1 = 4 KiB, 2 = 2 MiB, 3 = 1 GiB. Default when absent.</summary>
    public byte Level { readonly get => Has(EventColumn.Level) ? _level : default; set { _level = value; Present |= 1UL << (int)EventColumn.Level; } }

    /// <summary>KVM address space (1 = SMM). Default when absent.</summary>
    public byte AsId { readonly get => Has(EventColumn.AsId) ? _asId : default; set { _asId = value; Present |= 1UL << (int)EventColumn.AsId; } }

    /// <summary>Memslot id. Default when absent.</summary>
    public int Slot { readonly get => Has(EventColumn.Slot) ? _slot : default; set { _slot = value; Present |= 1UL << (int)EventColumn.Slot; } }

    /// <summary>The answer; null = unknown. Default when absent.</summary>
    public bool Young { readonly get => Has(EventColumn.Young) ? _young : default; set { _young = value; Present |= 1UL << (int)EventColumn.Young; } }

    /// <summary>How it is known. Default when absent.</summary>
    public YoungSource YoungSrc { readonly get => Has(EventColumn.YoungSrc) ? _youngSrc : default; set { _youngSrc = value; Present |= 1UL << (int)EventColumn.YoungSrc; } }

    /// <summary>Clear_flush against clear. Default when absent.</summary>
    public bool Flush { readonly get => Has(EventColumn.Flush) ? _flush : default; set { _flush = value; Present |= 1UL << (int)EventColumn.Flush; } }

    /// <summary>Access asked for or granted (bits r1 w2 x4). Default when absent.</summary>
    public byte Access { readonly get => Has(EventColumn.Access) ? _access : default; set { _access = value; Present |= 1UL << (int)EventColumn.Access; } }

    /// <summary>Raw error code or syndrome. Default when absent.</summary>
    public ulong ErrorCode { readonly get => Has(EventColumn.ErrorCode) ? _errorCode : default; set { _errorCode = value; Present |= 1UL << (int)EventColumn.ErrorCode; } }

    /// <summary>Entry before. Default when absent.</summary>
    public ulong OldSpte { readonly get => Has(EventColumn.OldSpte) ? _oldSpte : default; set { _oldSpte = value; Present |= 1UL << (int)EventColumn.OldSpte; } }

    /// <summary>Entry after. Default when absent.</summary>
    public ulong NewSpte { readonly get => Has(EventColumn.NewSpte) ? _newSpte : default; set { _newSpte = value; Present |= 1UL << (int)EventColumn.NewSpte; } }

    /// <summary>Ept 1, npt 2, none 3. Default when absent.</summary>
    public SpteFormat SpteFormat { readonly get => Has(EventColumn.SpteFormat) ? _spteFormat : default; set { _spteFormat = value; Present |= 1UL << (int)EventColumn.SpteFormat; } }

    /// <summary>Equality token of an mm. Default when absent.</summary>
    public ulong Mm { readonly get => Has(EventColumn.Mm) ? _mm : default; set { _mm = value; Present |= 1UL << (int)EventColumn.Mm; } }

    /// <summary>0 inactive_anon, 1 active_anon, 2 inactive_file, 3 active_file, 4 unevictable. Default when absent.</summary>
    public byte Lru { readonly get => Has(EventColumn.Lru) ? _lru : default; set { _lru = value; Present |= 1UL << (int)EventColumn.Lru; } }

    /// <summary>Count 0, meaning by kind and op (docs/tables.md) (by op). Default when absent.</summary>
    public long N0 { readonly get => Has(EventColumn.N0) ? _n0 : default; set { _n0 = value; Present |= 1UL << (int)EventColumn.N0; } }

    /// <summary>Count 1, meaning by kind and op (docs/tables.md) (by op). Default when absent.</summary>
    public long N1 { readonly get => Has(EventColumn.N1) ? _n1 : default; set { _n1 = value; Present |= 1UL << (int)EventColumn.N1; } }

    /// <summary>Count 2, meaning by kind and op (docs/tables.md) (by op). Default when absent.</summary>
    public long N2 { readonly get => Has(EventColumn.N2) ? _n2 : default; set { _n2 = value; Present |= 1UL << (int)EventColumn.N2; } }

    /// <summary>Count 3, meaning by kind and op (docs/tables.md) (by op). Default when absent.</summary>
    public long N3 { readonly get => Has(EventColumn.N3) ? _n3 : default; set { _n3 = value; Present |= 1UL << (int)EventColumn.N3; } }

    /// <summary>Count 4, meaning by kind and op (docs/tables.md) (by op). Default when absent.</summary>
    public long N4 { readonly get => Has(EventColumn.N4) ? _n4 : default; set { _n4 = value; Present |= 1UL << (int)EventColumn.N4; } }

    /// <summary>Count 5, meaning by kind and op (docs/tables.md) (by op). Default when absent.</summary>
    public long N5 { readonly get => Has(EventColumn.N5) ? _n5 : default; set { _n5 = value; Present |= 1UL << (int)EventColumn.N5; } }

    /// <summary>Count 6, meaning by kind and op (docs/tables.md) (by op). Default when absent.</summary>
    public long N6 { readonly get => Has(EventColumn.N6) ? _n6 : default; set { _n6 = value; Present |= 1UL << (int)EventColumn.N6; } }

    /// <summary>Count 7, meaning by kind and op (docs/tables.md) (by op). Default when absent.</summary>
    public long N7 { readonly get => Has(EventColumn.N7) ? _n7 : default; set { _n7 = value; Present |= 1UL << (int)EventColumn.N7; } }

    /// <summary>Memory cgroup. Default when absent.</summary>
    public ulong MemcgId { readonly get => Has(EventColumn.MemcgId) ? _memcgId : default; set { _memcgId = value; Present |= 1UL << (int)EventColumn.MemcgId; } }

    /// <summary>Gap: how many; null = unknown (events). Default when absent.</summary>
    public long Lost { readonly get => Has(EventColumn.Lost) ? _lost : default; set { _lost = value; Present |= 1UL << (int)EventColumn.Lost; } }

    /// <summary>Gap cause, migrate reason; id in the string table. Default when absent.</summary>
    public int Cause { readonly get => Has(EventColumn.Cause) ? _cause : default; set { _cause = value; Present |= 1UL << (int)EventColumn.Cause; } }

    /// <summary>Symbolic rest: flags, status, lock name, mark; id in the string table. Default when absent.</summary>
    public int Text { readonly get => Has(EventColumn.Text) ? _text : default; set { _text = value; Present |= 1UL << (int)EventColumn.Text; } }

    /// <summary>Unknown tail fields; id in the string table (JSON). Default when absent.</summary>
    public int Extra { readonly get => Has(EventColumn.Extra) ? _extra : default; set { _extra = value; Present |= 1UL << (int)EventColumn.Extra; } }

    /// <summary>Index into metadata kmr.inputs. Default when absent.</summary>
    public short FileNo { readonly get => Has(EventColumn.FileNo) ? _fileNo : default; set { _fileNo = value; Present |= 1UL << (int)EventColumn.FileNo; } }

    /// <summary>1-based line, or record number, in that file. Default when absent.</summary>
    public long Line { readonly get => Has(EventColumn.Line) ? _line : default; set { _line = value; Present |= 1UL << (int)EventColumn.Line; } }

}
