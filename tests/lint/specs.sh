# Specs that users copy are in the one layout, and check without an error or a warning.
status=0
lspec=$1/lspec
for spec in examples/*/*.lspec; do
    "$lspec" fmt --check "$spec" || status=1
    option=
    [ ! -f "${spec%/*}/get_data.sh" ] || option=--no-data # which fetches what is too large to lie here
    said=$("$lspec" check $option "$spec" 2>&1) || status=1
    [ -z "$said" ] || { echo "$said" >&2; status=1; }
done
exit $status
