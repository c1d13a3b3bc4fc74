# What a newcomer does to the credit example, a slip at a time: exactly one message, with its name, place and fix.
. tests/e2e/library.bash
cp examples/credit/* "$work"
expect_status 0 "$lspec" check "$work/credit.lspec"
expect_status 0 python3 tests/harness/newcomer.py "$lspec" "$work/credit.lspec" tests/e2e/newcomer.tsv
cat "$work/out"

# The certain fixes mend what they promise to mend.
sed 's/^target: status/target: statsu/; s/dense(16) -> relu/dense(16) -> rleu/; s/metrics: \[auc/metrics: [acu/' "$work/credit.lspec" >"$work/mended.lspec"
expect_status 1 "$lspec" check "$work/mended.lspec"
expect_status 0 "$lspec" check --fix "$work/mended.lspec"
checks=$((checks + 1))
cmp -s "$work/credit.lspec" "$work/mended.lspec" || fail 'check --fix did not give the spec back'
finish
