# Faulty set-ups are found with their cause, healthy ones give no warning; a finding that is an error ends with status 4.
. tests/e2e/library.bash
python3 specs/faulty/findings/make_setups.py "$work/setups" 1 >"$work/list"
while read -r name expected; do
    case $name in f27 | f40 | f42 | f16 | h02 | h06 | h13 | h18 | h20) ;; *) continue ;; esac
    expect_status 0 "$lspec" build "$work/setups/$name.lspec" -o "$work/$name"
    expect_status 0 "$work/$name" train --quiet --out "$work/run_$name"
    found=$(jq -r '[.findings[].name] | join(" ")' "$work/run_$name/diagnosis.json")
    checks=$((checks + 1))
    [ "$found" = "${expected#well}" ] || fail "$name: found \`$found\`, not \`$expected\`"
done <"$work/list"
expect_status 0 "$lspec" build "$work/setups/f31.lspec" -o "$work/f31"
expect_status 4 "$work/f31" train --quiet --out "$work/run_f31"
finish
