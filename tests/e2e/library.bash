# What the end-to-end tests share. Each is called with the build folder; it works in a folder of its own and leaves nothing.
set -u
build=$(cd "$1" && pwd)
root=$(pwd)
lspec=$build/lspec
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
checks=0

fail() {
    echo "FAIL: $*" >&2
    failed=$((failed + 1))
}

# expect_status WANTED COMMAND…: its output goes to $work/out and $work/err.
expect_status() {
    local wanted=$1 status
    shift
    checks=$((checks + 1))
    "$@" >"$work/out" 2>"$work/err" </dev/null
    status=$?
    if [ "$status" != "$wanted" ]; then
        fail "exit status $status, not $wanted: $*"
        tail -5 "$work/err" >&2
    fi
    return 0
}

# expect_text FILE TEXT: the file holds the text.
expect_text() {
    checks=$((checks + 1))
    grep -qF -- "$2" "$1" || { fail "no \`$2\` in:"; head -20 "$1" >&2; }
}

finish() {
    echo "$checks checks, $failed failed"
    [ "$failed" = 0 ] && [ "$checks" -gt 0 ]
    exit
}
