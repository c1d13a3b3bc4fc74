# Every word that `lspec list` shows, and every message of compiler and trainers, is explained.
. tests/e2e/library.bash
expect_status 0 "$lspec" list
cp "$work/out" "$work/list"
for word in $(sed -nE 's/^  ([a-z0-9_.]+).*/\1/p' "$work/list" | sort -u); do
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
# Every message, section and setting; what only arguments are called.
for name in $(sed -nE 's/^DIAG\([A-Z0-9_]+, "([a-z0-9-]+)".*/\1/p' compiler/diag/diag.def); do
    expect_status 0 "$lspec" explain "$name"
    expect_text "$work/out" "$name"
done
for word in $(sed -nE 's/^WORD\([A-Z]+, "([a-z_.]+)".*/\1/p' compiler/catalog/words.def); do
    expect_status 0 "$lspec" explain "$word"
    expect_text "$work/out" "$word: "
done
for word in $(sed -nE 's/.*\[SECTION_[A-Z]+\] = "([a-z]+)".*/\1/p' compiler/sema/check_sections.c) \
    $(sed -nE 's/.*\{\.name = "([a-z_]+)".*/\1/p' compiler/sema/check_train.c compiler/catalog/*/*.c | sort -u); do
    expect_status 0 "$lspec" explain "$word"
done
expect_status 0 "$lspec" explain patience
expect_text "$work/out" 'of the stopping rule early('
expect_status 1 "$lspec" explain dnese
expect_text "$work/err" 'did you mean `dense`?'
expect_status 2 "$lspec" explain
expect_status 2 "$lspec" list layres
finish
