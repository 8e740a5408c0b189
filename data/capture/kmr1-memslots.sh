#!/bin/bash
# Makes a memslot table of the memslot lines that kmr1.bt printed, for the join of host addresses with guest frames.
#
#   data/capture/kmr1-memslots.sh trace.kmr1 > memslots.csv
#   secondlook ingest trace.kmr1 memslots.csv
#
# A slot that was set before kmr1.bt started is not in it: start kmr1.bt before the VM.
set -euo pipefail

if [ $# -ne 1 ] || [ ! -r "$1" ]; then
    echo "usage: $0 TRACE.kmr1 > memslots.csv" >&2
    exit 2
fi

awk -F'\t' '
    # A slot is there from the line that sets it to the next one that names it.
    function finish(key, at) {
        if (key in row) {
            print row[key] "," at
            delete row[key]
        }
    }
    BEGIN { print "vm,as_id,slot,gfn_base,npages,hva_base,flags,ts_from_ns,ts_to_ns" }
    $1 == "kmr1" && /\tev=memslot\t/ {
        for (i = 2; i <= NF; i++) {
            n = index($i, "=")
            value[substr($i, 1, n - 1)] = substr($i, n + 1)
        }
        key = value["kvm"] "," value["as_id"] "," value["slot"]
        finish(key, value["ns"])
        if (value["change"] != "delete") {
            if (!(key in seen)) {
                seen[key] = 1
                keys[++count] = key
            }
            row[key] = "kvm:" key "," value["gfn"] "," value["npages"] "," value["hva"] "," value["flags"] "," value["ns"]
        }
    }
    END {
        for (i = 1; i <= count; i++) {
            finish(keys[i], "")
        }
    }' "$1"
