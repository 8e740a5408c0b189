using System.Text;

namespace SecondLook.Ingest.Synth;

/// <summary>The events that made traces hold. An event without a form here and without a tracepoint is stored with its message as text.</summary>
internal sealed class RecordForms
{
    private const int FirstId = 300;

    private static readonly (string Name, string Form)[] Known =
    [
        ("kvm_age_hva", "mmu notifier age hva: {start:p} -- {end:p}"),
        ("kvm_test_age_hva", "mmu notifier test age hva: {hva:p}"),
        ("kvm_unmap_hva_range", "mmu notifier unmap range: {start:p} -- {end:p}"),
        ("kvm_set_spte_hva", "mmu notifier set pte hva: {hva:p}"),
        ("kvm_tdp_mmu_spte_changed", "as id {as_id:i} gfn {gfn:x} level {level:i} old_spte {old_spte:x} new_spte {new_spte:x}"),
        ("kvm_mmu_set_spte", "gfn {gfn:x} spte {spte:x} ({r:l}{w:l}{x:l}{u:l}) level {level:i} at {sptep:x}"),
        ("kvm_mmu_spte_requested", "gfn {gfn:x} pfn {pfn:x} level {level:i}"),
        ("kvm_mmu_get_page", "sp gen {mmu_valid_gen:x} gfn {gfn:x} l{role:i} 8-byte q0 wux nxe ad root {root_count:i} sync {created:=existing,new}"),
        ("kvm_mmu_zap_all_fast", "kvm-mmu-valid-gen {mmu_valid_gen:x} used_pages {mmu_used_pages:x}"),
        ("mark_mmio_spte", "sptep:{sptep:w} gfn {gfn:x} access {access:x} gen {gen:x}"),
        ("check_mmio_spte", "spte {spte:x} kvm_gen {kvm_gen:x} spte-gen {spte_gen:x} valid {valid:i}"),
        ("handle_mmio_page_fault", "addr:{addr:x} gfn {gfn:x} access {access:x}"),
        ("kvm_page_fault", "vcpu {vcpu_id:i} rip {guest_rip:h} address {fault_address:h16} error_code {error_code:h}"),
        ("kvm_guest_fault", "ipa {ipa:h}, hsr {hsr:h6}, hxfar {hxfar:h}, pc {vcpu_pc:p}"),
        ("kvm_access_fault", "IPA: {ipa:x}"),
        ("kvm_entry", "vcpu {vcpu_id:i}, rip {rip:h}"),
        ("kvm_exit", "vcpu {vcpu_id:i} reason {exit_reason:w} rip {guest_rip:h} info1 {info1:h16} info2 {info2:h16} intr_info {intr_info:h8} error_code {error_code:h8}"),
        ("kvm_mmio", "mmio {type:=unsatisfied-read,read,write} len {len:i} gpa {gpa:h} val {val:h}"),
        ("mm_lru_insertion", "folio={folio:w} pfn={pfn:h} lru={lru:i} flags={flags:r}"),
        ("mm_vmscan_lru_isolate", "classzone={highest_zoneidx:i} order={order:i} nr_requested={nr_requested:d} nr_scanned={nr_scanned:d} nr_skipped={nr_skipped:d} nr_taken={nr_taken:d} lru={lru:=inactive_anon,active_anon,inactive_file,active_file,unevictable}"),
        ("mm_vmscan_write_folio", "folio={folio:w} pfn={pfn:h} flags={flags:w}"),
        ("page_fault_user", "address={address:h} ip={ip:h} error_code={error_code:h}"),
        ("sched_switch", "prev_comm={prev_comm:w} prev_pid={prev_pid:i} prev_prio={prev_prio:i} prev_state={prev_state:w} ==> next_comm={next_comm:w} next_pid={next_pid:i} next_prio={next_prio:i}"),
        ("rss_stat", "mm_id={mm_id:i} curr={curr:i} type={type:w} size={size:d}B"),
    ];

    private readonly Dictionary<string, RecordForm> _byName = new(StringComparer.Ordinal);

    /// <summary>Creates the forms.</summary>
    public RecordForms()
    {
        foreach ((string name, string form) in Known)
        {
            Add(name, form);
        }
    }

    /// <summary>All forms in order of their numbers.</summary>
    public List<RecordForm> All { get; } = [];

    /// <summary>The form of an event.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="isKnown">Whether a tracepoint reads it, so that its message as text would be of no use.</param>
    /// <returns>Null when its messages cannot be stored.</returns>
    public RecordForm? Find(ReadOnlySpan<byte> name, bool isKnown)
    {
        string key = Encoding.Latin1.GetString(name);
        return _byName.TryGetValue(key, out RecordForm? form) ? form : isKnown ? null : Add(key, "{text:r}");
    }

    private RecordForm Add(string name, string text)
    {
        RecordForm form = new(name, FirstId + All.Count, text);
        All.Add(form);
        _byName.Add(name, form);
        return form;
    }
}
