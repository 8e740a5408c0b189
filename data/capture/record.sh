#!/usr/bin/env bash
# Records one capture folder that `secondlook run` and `secondlook ingest` understand. Run as root on the host, while the VM runs.
# docs/capture.md explains every choice made here.
set -euo pipefail

usage() {
  cat <<'EOT'
usage: record.sh --pid VMM_PID --out FOLDER [options]
  --pid PID          process of the VMM (QEMU, crosvm, firecracker, cloud-hypervisor)
  --out FOLDER       capture folder to make; must not exist
  --seconds N        how long to record (default 60)
  --tool NAME        trace-cmd, perf or tracefs (default: the first of them that is there)
  --sample N         record one page in N only (2, 4, ... 512): the fields that name a page are filtered, capture.json says so
  --buffer-kb N      ring buffer per CPU (default: sized from --seconds, at most a quarter of free memory)
  --memslots FILE    memslots.csv made beforehand (docs/capture.md)
  --strace FILE      log of 'strace -f -e trace=ioctl' of the VMM's start; memslots are read out of it
  --cgroup PATH      cgroup of the VM below /sys/fs/cgroup; default: that of the process
EOT
}

pid='' out='' seconds=60 tool='' sample=1 buffer_kb='' memslots='' strace_log='' cgroup=''
while [ $# -gt 0 ]; do
  case $1 in
    --pid) pid=$2 ;;
    --out) out=$2 ;;
    --seconds) seconds=$2 ;;
    --tool) tool=$2 ;;
    --sample) sample=$2 ;;
    --buffer-kb) buffer_kb=$2 ;;
    --memslots) memslots=$2 ;;
    --strace) strace_log=$2 ;;
    --cgroup) cgroup=$2 ;;
    -h | --help) usage; exit 0 ;;
    *) echo "record.sh: unknown option $1" >&2; usage >&2; exit 2 ;;
  esac
  shift 2 || { echo "record.sh: an option lacks its value" >&2; exit 2; }
done
if [ -z "$pid" ] || [ -z "$out" ]; then usage >&2; exit 2; fi
if [ ! -d "/proc/$pid" ]; then echo "record.sh: no process $pid" >&2; exit 2; fi
if [ -e "$out" ]; then echo "record.sh: $out exists" >&2; exit 2; fi
tracefs=/sys/kernel/tracing
[ -d $tracefs/events ] || mount -t tracefs nodev $tracefs
if [ -z "$tool" ]; then
  tool=tracefs
  command -v perf >/dev/null && tool=perf
  command -v trace-cmd >/dev/null && tool=trace-cmd
fi
case $sample in
  1 | 2 | 4 | 8 | 16 | 32 | 64 | 128 | 256 | 512) ;;
  *) echo "record.sh: --sample takes a power of two up to 512" >&2; exit 2 ;;
esac
if [ -z "$cgroup" ]; then cgroup=$(sed -n 's/^0:://p' "/proc/$pid/cgroup"); fi

# What exists on this kernel and architecture, best first: outcomes, then faults, then what reclaim did.
wanted='kvm:kvm_age_hva kvm:kvm_test_age_hva kvm:kvm_unmap_hva_range kvm:kvm_set_spte_hva kvm:kvm_page_fault kvm:kvm_guest_fault
kvm:kvm_access_fault kvmmmu:kvm_tdp_mmu_spte_changed kvmmmu:kvm_mmu_set_spte kvmmmu:fast_page_fault kvmmmu:kvm_mmu_split_huge_page
kvmmmu:kvm_mmu_get_page kvmmmu:kvm_mmu_prepare_zap_page kvmmmu:kvm_mmu_zap_all_fast vmscan:mm_vmscan_lru_isolate vmscan:mm_vmscan_lru_shrink_inactive
vmscan:mm_vmscan_lru_shrink_active vmscan:mm_vmscan_memcg_reclaim_begin vmscan:mm_vmscan_memcg_reclaim_end
vmscan:mm_vmscan_direct_reclaim_begin vmscan:mm_vmscan_direct_reclaim_end vmscan:mm_vmscan_kswapd_wake vmscan:mm_vmscan_kswapd_sleep
vmscan:mm_vmscan_write_folio pagemap:mm_lru_insertion pagemap:mm_lru_activate'
events=()
for event in $wanted; do
  [ -d "$tracefs/events/${event/://}" ] && events+=("$event")
done
if [ ${#events[@]} -eq 0 ]; then echo "record.sh: this kernel has none of the events (is kvm loaded?)" >&2; exit 3; fi

# A filter keeps one page in N by the low bits of its number. Host and guest numbers agree in those bits where memslots begin at multiples of
# 512 pages in both, as they do with VMMs that want huge pages. Ranges longer than a page (unmap) are always recorded.
filter_of() { # EVENT: the filter, empty for events that name no page
  [ "$sample" -gt 1 ] || return 0
  case ${1#*:} in
    kvm_age_hva) printf '!(start & 0x%x)' $(((sample - 1) << 12)) ;;
    kvm_test_age_hva | kvm_set_spte_hva) printf '!(hva & 0x%x)' $(((sample - 1) << 12)) ;;
    kvm_tdp_mmu_spte_changed | kvm_mmu_set_spte | kvm_mmu_split_huge_page) printf '!(gfn & 0x%x)' $((sample - 1)) ;;
    kvm_page_fault) printf '!(fault_address & 0x%x)' $(((sample - 1) << 12)) ;;
    kvm_guest_fault | kvm_access_fault) printf '!(ipa & 0x%x)' $(((sample - 1) << 12)) ;;
  esac
}

# An aging pass is one burst: 28 bytes a call and 40 an outcome. The buffer is read while it fills, so a few seconds of bursts are enough.
if [ -z "$buffer_kb" ]; then
  cpus=$(getconf _NPROCESSORS_ONLN)
  free_kb=$(awk '/^MemAvailable:/ { print $2 }' /proc/meminfo)
  buffer_kb=$((seconds * 8000))
  most=$((free_kb / 4 / cpus))
  [ "$buffer_kb" -gt "$most" ] && buffer_kb=$most
fi

snapshot() { # NAME: generations and counters of the VM's memcg, for judging the model
  local folder
  folder="$out/snap/$1"
  mkdir -p "$folder"
  cat /sys/kernel/debug/lru_gen > "$folder/lru_gen" 2>/dev/null || true
  cat /sys/kernel/debug/lru_gen_full > "$folder/lru_gen_full" 2>/dev/null || true
  for file in memory.stat memory.current memory.max memory.swap.current; do
    cat "/sys/fs/cgroup$cgroup/$file" > "$folder/$file" 2>/dev/null || true
  done
  cat /proc/vmstat > "$folder/vmstat"
  # CLOCK_MONOTONIC to 10 ms, exact only on a host that never slept; a snapshot needs no more.
  awk '{ printf "%.0f\n", $1 * 1000000000 }' /proc/uptime > "$folder/t_mono_ns"
}

mkdir -p "$out"
uname -a > "$out/uname.txt"
cat /sys/kernel/mm/lru_gen/enabled > "$out/lru_gen_enabled.txt" 2>/dev/null || echo absent > "$out/lru_gen_enabled.txt"
for parameter in /sys/module/kvm/parameters/* /sys/module/kvm_intel/parameters/* /sys/module/kvm_amd/parameters/*; do
  [ -r "$parameter" ] && printf '%s=%s\n' "$parameter" "$(cat "$parameter" 2>/dev/null)"
done > "$out/kvm-params.txt"
printf 'pid %s\ncgroup %s\nseconds %s\nbuffer_kb %s\ntool %s\nsample %s\n' "$pid" "$cgroup" "$seconds" "$buffer_kb" "$tool" "$sample" > "$out/run.txt"
printf '{"clock": "mono", "sampled_pages": %s}\n' "$sample" > "$out/capture.json"
cp "/proc/$pid/maps" "$out/maps.txt"
if [ -n "$memslots" ]; then
  cp "$memslots" "$out/memslots.csv"
elif [ -n "$strace_log" ]; then
  # ioctl(fd, KVM_SET_USER_MEMORY_REGION, {slot=0, flags=0, guest_phys_addr=0, memory_size=4096, userspace_addr=0x7f...})
  {
    echo 'slot,base_gfn,npages,hva,flags,role'
    sed -nE 's/.*KVM_SET_USER_MEMORY_REGION2?, \{slot=([0-9]+), flags=([A-Za-z0-9_|]+), guest_phys_addr=(0x[0-9a-f]+|0), memory_size=([0-9]+), userspace_addr=(0x[0-9a-f]+).*/\1 \2 \3 \4 \5/p' "$strace_log" |
      while read -r slot flags gpa size hva; do
        printf '%d,0x%x,%d,%s,%d,\n' "$slot" $((gpa >> 12)) $((size >> 12)) "$hva" "$([[ $flags == 0 ]] && echo 0 || echo 1)"
      done |
      awk -F, '{ last[$1] = $0 } END { for (s in last) { split(last[s], f, ","); if (f[3] > 0) print last[s] } }' | sort -t, -n
  } > "$out/memslots.csv"
else
  echo "record.sh: no memslots given: gfns cannot be joined to host addresses, results of aging stay unknown (docs/capture.md)" >&2
fi

echo 'step,t0_mono_ns,t1_mono_ns,action,rc,detail' > "$out/actions.csv"
snapshot 000-start
echo "record.sh: recording ${#events[@]} events for $seconds s with $tool, $buffer_kb KiB a CPU" >&2
if [ "$tool" = trace-cmd ]; then
  arguments=()
  for event in "${events[@]}"; do
    arguments+=(-e "$event")
    filter=$(filter_of "$event")
    [ -n "$filter" ] && arguments+=(-f "$filter")
  done
  trace-cmd record -q -C mono -b "$buffer_kb" "${arguments[@]}" -o "$out/trace.dat" sleep "$seconds"
  trace-cmd report -t "$out/trace.dat" > "$out/report.txt"
elif [ "$tool" = perf ]; then
  arguments=()
  for event in "${events[@]}"; do
    arguments+=(-e "$event")
    filter=$(filter_of "$event")
    [ -n "$filter" ] && arguments+=(--filter "$filter")
  done
  # perf wants a power of two of pages for each CPU's buffer.
  pages=1
  while [ $((pages * 2 * 4)) -le "$buffer_kb" ]; do pages=$((pages * 2)); done
  perf record -q -a -k CLOCK_MONOTONIC -m "$pages" "${arguments[@]}" -o "$out/perf.data" -- sleep "$seconds"
else
  instance=$tracefs/instances/secondlook
  mkdir "$instance"
  trap 'rmdir "$instance" 2>/dev/null || true' EXIT
  echo mono > "$instance/trace_clock"
  echo "$buffer_kb" > "$instance/buffer_size_kb"
  for event in "${events[@]}"; do
    filter=$(filter_of "$event")
    [ -n "$filter" ] && echo "$filter" > "$instance/events/${event/://}/filter"
    echo 1 > "$instance/events/${event/://}/enable"
  done
  echo 1 > "$instance/tracing_on"
  # trace_pipe is read while the run goes on: lost events get a mark at their place, which a buffer read at the end cannot give.
  timeout "$seconds" cat "$instance/trace_pipe" > "$out/trace_pipe.txt" || true
  echo 0 > "$instance/tracing_on"
  timeout 2 cat "$instance/trace_pipe" >> "$out/trace_pipe.txt" || true
  for cpu in "$instance"/per_cpu/cpu*; do
    printf '%s ' "${cpu##*/}"
    grep -E 'overrun|dropped' "$cpu/stats" | tr '\n' ' '
    echo
  done > "$out/buffer-stats.txt"
fi
snapshot 001-end
for file in trace_pipe.txt report.txt; do
  [ -f "$out/$file" ] && gzip -n -f "$out/$file"
done
echo "$out"
