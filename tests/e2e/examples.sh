# Every example reaches what scikit-learn's tuned linear model or MLP reaches, less a standard error: the median of 3 seeds on the
# test part.
. tests/e2e/library.bash
while read -r example metric floor; do
    [ -z "${LSPEC_TEST_SAMPLE:-}" ] || [ "$example" = penguins ] || continue
    spec=$work/${example%_cnn}/$example.lspec
    [ -f "$spec" ] || cp -r "examples/${example%_cnn}" "$work/"
    expect_status 0 "$lspec" check "$spec"
    checks=$((checks + 1))
    grep -qE '^(warning|error)' "$work/err" && fail "$example: check is not silent: $(head -1 "$work/err")"
    expect_status 0 "$lspec" build "$spec" -o "$work/t"
    for seed in 1 2 3; do
        expect_status 0 "$work/t" train --quiet --seed "$seed" --out "$work/run$seed"
    done
    median=$(jq -s "map(.metrics.$metric) | sort | .[1]" "$work"/run[123]/test.json)
    checks=$((checks + 1))
    echo "$example $metric $median (floor $floor)"
    jq -en "$median >= $floor" >/dev/null || fail "$example: $metric $median < $floor"
done <<'END'
penguins accuracy 0.978
tumors auc 0.992
credit auc 0.848
loans auc 0.766
houses r2 0.884
digits accuracy 0.959
rates r2 0.175
digits_cnn accuracy 0.970
END
finish
