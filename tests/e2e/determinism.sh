# The same spec, seed and data give the same bytes of model.safetensors: with 1 and 2 threads, for AVX-512 and AVX2, at any level of
# optimization, and from run to run.
. tests/e2e/library.bash
examples="penguins credit houses"
[ -z "${LSPEC_TEST_SAMPLE:-}" ] || examples=penguins
for example in $examples; do
    cp -r "examples/$example" "$work/$example"
    spec=$work/$example/$example.lspec
    reference=
    for variant in "native 3 1" "native 3 2" "native 1 2" "x86-64-v3 3 1" "x86-64-v3 3 2"; do
        read -r cpu level threads <<<"$variant"
        expect_status 0 "$lspec" build --target-cpu "$cpu" "-O$level" "$spec" -o "$work/t"
        expect_status 0 "$work/t" train --quiet --epochs 3 --threads "$threads" --out "$work/run"
        digest=$(sha256sum <"$work/run/model.safetensors")
        reference=${reference:-$digest}
        checks=$((checks + 1))
        [ "$digest" = "$reference" ] || fail "$example: other bytes with $variant"
    done
done
finish
