# Output in README and the books is what the commands print now, and every fenced `lspec` block checks without an error.
. tests/e2e/library.bash
checks=$((checks + 1))
python3 tools/refresh_docs.py "$build" --check README.md docs/tutorial/*.md docs/guide/*.md examples/*/README.md || fail 'output in the docs has changed'
awk -v folder="$work" '
    /^```lspec$/ { file = sprintf("%s/block%03d.lspec", folder, ++n); inside = 1; next }
    /^```$/ { inside = 0 }
    inside { print > file }' README.md docs/tutorial/*.md docs/guide/*.md
for block in "$work"/block*.lspec; do
    [ -f "$block" ] || continue
    grep -q '^lspec 1' "$block" || continue
    expect_status 0 "$lspec" check --no-data "$block"
done
finish
