# Every diagnostic that the compiler reports has a page in docs/diagnostics.
status=0
for id in $(git grep -hoE 'DIAG_[A-Z0-9_]+' -- 'compiler/*.c' 'grammar/*' | sort -u); do
    name=$(sed -nE "s/^DIAG\(${id#DIAG_}, \"([^\"]*)\".*/\1/p" compiler/diag/diag.def)
    [ -z "$name" ] || [ -f "docs/diagnostics/$name.md" ] || { echo "$name has no page" >&2; status=1; }
done
# What a trainer alone reports has a page in docs/diagnostics/trainer, and what the compiler knows, too, stays in its own.
for name in $(git grep -hoE '(lrt_error_set\([^"]*|warning_print\()"[a-z-]+"' -- 'runtime/*.c' | sed 's/.*"\(.*\)"/\1/' | sort -u); do
    if grep -q "^DIAG(.*\"$name\"" compiler/diag/diag.def; then page=docs/diagnostics/$name.md; else page=docs/diagnostics/trainer/$name.md; fi
    [ -f "$page" ] || { echo "$page is not there" >&2; status=1; }
done
# Every check of a run has a page in docs/checks, whose spec has no error but what only a run can tell.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for name in $(sed -nE 's/^CHECK\([A-Z_]+, "([^"]*)".*/\1/p' runtime/include/lrt/checks.def); do
    [ -f "docs/checks/$name.md" ] || { echo "$name has no page in docs/checks" >&2; status=1; continue; }
    awk '/^```lspec$/ { inside = 1; next } /^```$/ { inside = 0 } inside' "docs/checks/$name.md" >"$work/shown.lspec"
    "$1/lspec" check --no-data "$work/shown.lspec" >/dev/null 2>&1 || { echo "the spec of docs/checks/$name.md has an error" >&2; status=1; }
done
exit $status
