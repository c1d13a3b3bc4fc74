# Every spec of the gallery checks without an error or warning, is laid out as `fmt` does, builds, and trains to what its head
# promises on the test part: `# floor: METRIC VALUE`, `# ceiling: METRIC VALUE`; a metric of one of several targets is
# TARGET.METRIC.
. tests/e2e/library.bash

# reached METRIC: its value in test.json.
reached() {
    case $1 in
        *.*) jq --arg target "${1%%.*}" --arg metric "${1#*.}" '.targets[$target].metrics[$metric]' "$work/run/test.json" ;;
        *) jq --arg metric "$1" '.metrics[$metric]' "$work/run/test.json" ;;
    esac
}

# The lock goes beside the spec, and no file of the tree may change: the specs are built in a like folder elsewhere.
mkdir -p "$work/specs/gallery"
ln -s "$root/tests" "$root/examples" "$work/"
ln -s "$root/specs/data" "$work/specs/"

for spec in specs/gallery/*.lspec; do
    expect_status 0 "$lspec" check "$spec"
    checks=$((checks + 1))
    [ ! -s "$work/err" ] || fail "$spec is not clean: $(head -1 "$work/err")"
    expect_status 0 "$lspec" fmt --check "$spec"
    cp "$spec" "$work/specs/gallery/"
    expect_status 0 "$lspec" build "$work/$spec" -o "$work/trainer"
    expect_status 0 "$work/trainer" --quiet --out "$work/run"
    checks=$((checks + 1))
    grep -qE '^# (floor|ceiling): ' "$spec" || fail "$spec promises nothing"
    while read -r _ kind metric bound; do
        value=$(reached "$metric")
        checks=$((checks + 1))
        if [ "$kind" = floor: ]; then test='. >= $bound'; else test='. <= $bound'; fi
        [ "$value" != null ] && jq -en --argjson bound "$bound" --argjson value "$value" "\$value | $test" >/dev/null ||
            fail "$spec reaches $metric $value, not $kind $bound"
    done < <(grep -E '^# (floor|ceiling): ' "$spec")
done
finish
