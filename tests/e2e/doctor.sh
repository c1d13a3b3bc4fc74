# `lspec doctor`: a well spec stays as it is; a faulty one is mended, its comments kept; the budget and an interrupt are heeded; nothing
# is left behind.
. tests/e2e/library.bash
mkdir "$work/tmp"
export TMPDIR=$work/tmp
python3 specs/faulty/findings/make_setups.py "$work/setups" 1 >/dev/null

# well: says so, changes nothing
cp "$work/setups/h13.lspec" "$work/before"
expect_status 0 "$lspec" doctor "$work/setups/h13.lspec" --apply
expect_text "$work/out" 'well in 3 of 3 runs from different seeds; nothing to change'
cmp -s "$work/before" "$work/setups/h13.lspec" || fail 'a well spec was changed'

# a rate that is too high: found, measured, written, and all else is as it was
sed -i 's/^optimizer:.*/& # as in the paper/' "$work/setups/f31.lspec"
cp "$work/setups/f31.lspec" "$work/before"
expect_status 0 "$lspec" doctor "$work/setups/f31.lspec" --json
jq -e '.helped and (.written | not) and .effect.low > 0.5 and .effect.seeds == 5 and .random.mean < .effect.mean' \
    "$work/out" >/dev/null || fail "what helps f31 is not told: $(cat "$work/out")"
cmp -s "$work/before" "$work/setups/f31.lspec" || fail 'a spec was changed without --apply'
expect_status 0 "$lspec" doctor "$work/setups/f31.lspec" --apply --out "$work/result"
expect_text "$work/setups/f31.lspec" '# as in the paper'
[ "$(diff "$work/before" "$work/setups/f31.lspec" | grep -c '^>')" = 1 ] || fail 'more than one line of f31 was changed'
cmp -s "$work/result/f31.lspec" "$work/setups/f31.lspec" || fail '--out does not hold the spec that was written'
jq -e .written "$work/result/doctor.json" >/dev/null || fail 'doctor.json does not say that the spec was written'
expect_status 0 "$lspec" run "$work/setups/f31.lspec" --quiet --out "$work/run"
jq -e '.findings == [] and .yardstick.validation.R > 0.9' "$work/run/diagnosis.json" >/dev/null || fail 'f31 is not well after --apply'

# what check is certain of comes first, with or without a run
sed 's/cross_entropy/mse/' "$work/setups/h06.lspec" >"$work/setups/mse.lspec"
expect_status 0 "$lspec" doctor "$work/setups/mse.lspec"
expect_text "$work/out" 'cross_entropy  [regression-loss-on-categorical]'

# limits
start=$(date +%s)
expect_status 0 "$lspec" doctor "$work/setups/f42.lspec" --budget 2s
[ $(($(date +%s) - start)) -le 4 ] || fail 'a budget of 2 s was overrun'
expect_status 2 "$lspec" doctor "$work/setups/f42.lspec" --budget soon
expect_status 2 "$lspec" doctor "$work/setups/f42.lspec" --seed x
"$lspec" doctor "$work/setups/f42.lspec" >"$work/out" 2>&1 &
doctor=$!
sleep 1
kill -INT "$doctor" 2>/dev/null
wait "$doctor"
status=$?
checks=$((checks + 1))
[ "$status" = 130 ] || fail "an interrupted doctor ends with $status"
# A sanitized trainer is linked by the host's compiler, which leaves a file of its own where it is stopped.
left=$(ls "$work/tmp" | grep -v '^cc[A-Za-z0-9]*\.res$')
[ -z "$left" ] || fail "left behind: $left"
finish
