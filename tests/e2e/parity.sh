# Weights after 20 steps against PyTorch's, for each loss and optimizer and for activations, norms, clipping and schedules
# (tests/parity/make_golden.py made the expected ones).
. tests/e2e/library.bash
cp -r tests/parity/cases "$work/cases"
number=0
for folder in "$work"/cases/*/; do
    number=$((number + 1))
    [ -z "${LSPEC_TEST_SAMPLE:-}" ] || [ $((number % 12)) = 0 ] || continue
    name=$(basename "$folder")
    expect_status 0 "$lspec" build -O1 "$folder/spec.lspec" -o "$folder/t"
    [ -x "$folder/t" ] || continue
    expect_status 0 "$folder/t" train --quiet --init "$folder/init.safetensors" --batch-order "$work/cases/order.npy" --max-steps 20 \
        --save "$folder/final.safetensors" --out "$folder/run"
    checks=$((checks + 1))
    python3 tests/harness/compare_safetensors.py "$folder/expected.safetensors" "$folder/final.safetensors" 1e-4 >"$work/difference" \
        2>&1 || fail "$name: $(tail -1 "$work/difference")"
done
finish
