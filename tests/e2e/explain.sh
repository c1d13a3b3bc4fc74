# Every word that `lspec list` shows, and every message of compiler and trainers, is explained.
. tests/e2e/library.bash
expect_status 0 "$lspec" list
cp "$work/out" "$work/list"
for word in $(sed -nE 's/^  ([a-z0-9_]+).*/\1/p' "$work/list" | sort -u); do
    expect_status 0 "$lspec" explain "$word"
    expect_text "$work/out" "$word: "
done
for kind in $(sed -nE 's/^([a-z].*)$/\1/p' "$work/list" | tr ' ' '_'); do
    expect_status 0 "$lspec" list "$(echo "$kind" | tr '_' ' ')"
done
for page in docs/diagnostics/*.md docs/diagnostics/trainer/*.md; do
    expect_status 0 "$lspec" explain "$(basename "$page" .md)"
    checks=$((checks + 1))
    [[ $(<"$work/out") == *"$(<"$page")"* ]] || fail "explain does not print $page" # a check of runs may have a page of that name too
done
expect_status 1 "$lspec" explain dnese
expect_text "$work/err" 'did you mean `dense`?'
expect_status 2 "$lspec" explain
expect_status 2 "$lspec" list layres
finish
