# Specs that users copy are in the one layout, and check without an error or a warning.
status=0
lspec=$1/lspec
for spec in examples/*/*.lspec; do
    "$lspec" fmt --check "$spec" || status=1
    said=$("$lspec" check "$spec" 2>&1) || status=1
    [ -z "$said" ] || { echo "$said" >&2; status=1; }
done
exit $status
