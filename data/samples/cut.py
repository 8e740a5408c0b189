#!/usr/bin/env python3
"""Cuts a sample folder out of a genuine capture folder.

usage: cut.py CAPTURE TRACE LAST_STEP SAMPLE

Keeps every line of TRACE up to the end of plan step LAST_STEP, the ground truth of the same steps, and the few settings that a
replay reads. Nothing is altered inside a line. Files are packed with zopfli (Debian package) without name or time, so that the same
capture always gives the same bytes. expected.json is counted here, from the text and from truth.csv, by other code than the product's.
"""
import gzip
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile


def read(path):
    with (gzip.open(path, "rb") if path.endswith(".gz") else open(path, "rb")) as f:
        return f.read()


def pack(data, path):
    with tempfile.TemporaryDirectory() as folder:
        plain = os.path.join(folder, "x")
        with open(plain, "wb") as f:
            f.write(data)
        subprocess.check_call(["zopfli", "--i15", plain])
        packed = bytearray(read_raw(plain + ".gz"))
        packed[4:8] = b"\0\0\0\0"
        with open(path, "wb") as f:
            f.write(packed)


def read_raw(path):
    with open(path, "rb") as f:
        return f.read()


def cut_trace(capture, trace, last):
    kept = []
    for line in read(f"{capture}/{trace}").split(b"\n"):
        step = re.search(rb"kvmtouch: step (\d+) ", line)
        if step and int(step.group(1)) > last:
            return b"\n".join(kept) + b"\n"
        kept.append(line)
    return b"\n".join(kept)


def cut_rows(text, column, last):
    rows = text.decode().splitlines()
    return [rows[0]] + [r for r in rows[1:] if int(r.split(",")[column]) <= last]


def snapshots(capture, names):
    """The snapshots taken up to the last step, only the files that calibration reads."""
    out = io.BytesIO()
    with tarfile.open(f"{capture}/snap.tar.gz") as source, tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as target:
        for member in sorted(source.getmembers(), key=lambda m: m.name):
            parts = member.name.split("/")
            if len(parts) == 3 and parts[1] in names and parts[2] in ("lru_gen", "lru_gen_full", "memory.stat", "memory.current", "memory.max", "vmstat", "t_mono_ns"):
                info = tarfile.TarInfo(member.name)
                info.size = member.size
                target.addfile(info, source.extractfile(member))
    return out.getvalue()


def expected(trace, truth, actions, memslots):
    """Event counts by name, and for every aging command the pages touched since the harvest before and the pages found young."""
    counts = {}
    young = []
    data = set()
    for row in memslots[1:]:
        slot = row.split(",")
        if slot[5] == "data":
            data.update(range(int(slot[1], 16), int(slot[1], 16) + int(slot[2])))
    for line in trace.decode("utf-8", "replace").splitlines():
        m = re.match(r".*?\[\d+\]\s+(?:\S+\s+)?(\d+)\.(\d+): (\w+): (.*)", line)
        if not m:
            continue
        counts[m.group(3)] = counts.get(m.group(3), 0) + 1
        s = re.match(r"as id \d+ gfn (\w+) level 1 old_spte (\w+) new_spte (\w+)", m.group(4))
        if m.group(3) == "kvm_tdp_mmu_spte_changed" and s:
            old, new = int(s.group(2), 16), int(s.group(3), 16)
            if int(s.group(1), 16) in data and old & 0x820 == 0x820 and new & 0x820 == 0x800:
                young.append((int(m.group(1)) * 10**9 + int(m.group(2)) * 1000, int(s.group(1), 16)))
    steps = []
    touched = set()
    cursor = 0
    touches = [r.split(",") for r in truth[1:]]
    for row in [r.split(",") for r in actions[1:]]:
        begin, end = int(row[1]), int(row[2])
        while cursor < len(touches) and int(touches[cursor][2]) < int(row[0]):
            if touches[cursor][4] in ("R", "W") and int(touches[cursor][3], 16) in data:
                touched.add(int(touches[cursor][3], 16))
            cursor += 1
        found = {g for t, g in young if begin <= t <= end}
        if row[3] == "age" and found:
            steps.append({"step": int(row[0]), "found_young": len(found), "found_and_touched": len(found & touched)})
        touched -= found
    result = {"events": dict(sorted(counts.items()))}
    if steps:
        result["aging_steps"] = steps
    return result


def main():
    capture, trace, last, sample = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
    os.makedirs(sample, exist_ok=True)
    text = cut_trace(capture, trace, last)
    truth = cut_rows(read(f"{capture}/truth.csv.gz"), 2, last)
    actions = cut_rows(read(f"{capture}/actions.csv"), 0, last)
    pack(text, f"{sample}/{trace if trace.endswith('.gz') else trace + '.gz'}")
    pack(("\n".join(truth) + "\n").encode(), f"{sample}/truth.csv.gz")
    with open(f"{sample}/actions.csv", "w") as f:
        f.write("\n".join(actions) + "\n")
    taken = [r.split(",") for r in actions[1:]]
    names = [f"{i:03d}-{row[5].strip(chr(34))}" for i, row in enumerate([r for r in taken if r[3] == "snap"])]
    with tarfile.open(f"{capture}/snap.tar.gz") as source:
        real = sorted({m.name.split("/")[1] for m in source.getmembers() if m.name.count("/") == 2})
    # Snapshots are numbered in the order they were taken.
    pack(snapshots(capture, set(real[:len(names)])), f"{sample}/snap.tar.gz")
    for row in taken:
        if row[3] == "residency":
            name = f"residency-{int(row[0]):03d}-{row[5].strip(chr(34))}.csv"
            shutil.copyfile(f"{capture}/{name}", f"{sample}/{name}")
    for name in ("memslots.csv", "job.env", "uname.txt", "lru_gen_enabled.txt", "run.txt"):
        if os.path.exists(f"{capture}/{name}"):
            shutil.copyfile(f"{capture}/{name}", f"{sample}/{name}")
    memslots = read(f"{capture}/memslots.csv").decode().splitlines()
    with open(f"{sample}/expected.json", "w") as f:
        json.dump(expected(text, truth, actions, memslots), f, indent=2)
        f.write("\n")


if __name__ == "__main__":
    main()
