# Every diagnostic that the compiler reports has a page in docs/diagnostics.
status=0
for id in $(git grep -hoE 'DIAG_[A-Z0-9_]+' -- 'compiler/*.c' 'grammar/*' | sort -u); do
    name=$(sed -nE "s/^DIAG\(${id#DIAG_}, \"([^\"]*)\".*/\1/p" compiler/diag/diag.def)
    [ -z "$name" ] || [ -f "docs/diagnostics/$name.md" ] || { echo "$name has no page" >&2; status=1; }
done
exit $status
