#!/usr/bin/env bash
# Trainer against PyTorch, in turn, in one run: microseconds a step (the gather of the batch included), medians of three rounds with 1
# and with 2 threads each; the ratio compares the best of both. Also: spec to executable, size of the executable.
#   make bench            installs PyTorch into build/bench/venv first
#   PYTHON=python3 bash bench/run.sh   uses a Python that has torch and numpy
set -eu
cd "$(dirname "$0")/.."
folder=build/bench
mkdir -p "$folder"
if [ -z "${PYTHON:-}" ]; then
    PYTHON=$folder/venv/bin/python
    if ! "$PYTHON" -c 'import torch, numpy' 2>/dev/null; then
        python3 -m venv "$folder/venv"
        "$folder/venv/bin/pip" install -q torch==2.13.0 numpy
    fi
fi
[ -f "$folder/W6.csv" ] || "$PYTHON" bench/workloads.py write "$folder"

median() { sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

# Microseconds a step of a trainer: the steps of an epoch alone, the median epoch.
trainer_step() {
    "$folder/$1" train --quiet --threads "$2" --out "$folder/run" >/dev/null
    jq -r --argjson batch "$3" '$batch / .samples_per_s * 1e6' "$folder/run/history.jsonl" | median
}

printf '%-4s %-22s %12s %12s\n' '' 'us a step' '1 thread' '2 threads'
for row in 'W1 32' 'W3 128' 'W5 64' 'W6 32'; do
    read -r name batch <<<"$row"
    begin=$(date +%s%N)
    build/lspec build "$folder/$name.lspec" -o "$folder/$name" >/dev/null
    built=$(( ($(date +%s%N) - begin) / 1000000 ))
    for threads in 1 2; do : >"$folder/ours$threads"; : >"$folder/theirs$threads"; done
    for _ in 1 2 3; do
        for threads in 1 2; do
            OMP_NUM_THREADS=$threads OPENBLAS_NUM_THREADS=$threads "$PYTHON" bench/workloads.py torch "$folder" "$name" 4 \
                >>"$folder/theirs$threads"
            trainer_step "$name" "$threads" "$batch" >>"$folder/ours$threads"
        done
    done
    printf '%-4s %-22s %12.1f %12.1f\n' "$name" 'PyTorch' "$(median <"$folder/theirs1")" "$(median <"$folder/theirs2")"
    printf '%-4s %-22s %12.1f %12.1f\n' "$name" 'lspec trainer' "$(median <"$folder/ours1")" "$(median <"$folder/ours2")"
    ours=$(for t in 1 2; do median <"$folder/ours$t"; done | sort -g | head -1)
    theirs=$(for t in 1 2; do median <"$folder/theirs$t"; done | sort -g | head -1)
    awk -v a="$theirs" -v b="$ours" -v n="$name" -v ms="$built" -v size="$(stat -c %s "$folder/$name")" \
        'BEGIN { printf "%-4s %.1f x PyTorch at its best; spec to executable %d ms (data read), %d kB\n", n, a / b, ms, size / 1024 }'
done
