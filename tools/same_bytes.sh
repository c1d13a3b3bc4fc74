#!/usr/bin/env bash
# Trainers of every compiler that is built here (gcc, clang, with and without sanitizers) train to the same bytes.
set -u
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
for example in penguins credit; do
    reference=
    for build in build build-clang build-asan; do
        [ -x "$build/lspec" ] || continue
        cp -r "examples/$example" "$work/$build-$example"
        "$build/lspec" build "$work/$build-$example/$example.lspec" -o "$work/t" >/dev/null &&
            "$work/t" train --quiet --epochs 3 --out "$work/run" >/dev/null || { status=1; continue; }
        digest=$(sha256sum <"$work/run/model.safetensors")
        reference=${reference:-$digest}
        if [ "$digest" = "$reference" ]; then echo "$example: $build: the same"; else echo "$example: $build: OTHER BYTES"; status=1; fi
    done
done
exit $status
