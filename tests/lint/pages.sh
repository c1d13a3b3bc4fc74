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
exit $status
