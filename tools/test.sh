#!/usr/bin/env bash
# All tests: the release build, the sanitized build (ASan and UBSan), and a build by clang that must give the same bytes. Closes with one
# line `N passed, N failed`. LSPEC_TEST_BUILDS picks some of them: LSPEC_TEST_BUILDS=release make test
set -u
cd "$(dirname "$0")/.."
builds=${LSPEC_TEST_BUILDS:-release asan clang}
jobs=${JOBS:-$(nproc)}
passed=0
failed=0

run_build() {
    local preset=$1 log line total bad
    log=build-logs/$preset.log
    if ! { cmake --preset "$preset" && cmake --build --preset "$preset" -j "$jobs"; } >"$log" 2>&1; then
        tail -40 "$log"
        echo "the $preset build failed: $log"
        failed=$((failed + 1))
        return
    fi
    shift
    ctest --preset "$preset" -j "$jobs" "$@" 2>&1 | tee "$log.tests"
    line=$(grep -E '^[0-9]+% tests passed' "$log.tests" | tail -1)
    total=$(sed -E 's/.*out of ([0-9]+).*/\1/' <<<"$line")
    bad=$(sed -E 's/.*, ([0-9]+) tests failed.*/\1/' <<<"$line")
    if [ -z "$line" ]; then
        echo "the tests of the $preset build did not run"
        failed=$((failed + 1))
        return
    fi
    passed=$((passed + total - bad))
    failed=$((failed + bad))
}

mkdir -p build-logs
for build in $builds; do
    echo "== $build"
    case $build in
        # Numbers and parity do not change under sanitizers, and a trainer links ten times as long: a sample of them is enough there.
        asan) LSPEC_TEST_SAMPLE=1 run_build asan ;;
        clang) LSPEC_TEST_SAMPLE=1 run_build clang -R 'e2e|golden' ;;
        *) run_build "$build" ;;
    esac
done
if [ -x build/lspec ] && [ -x build-clang/lspec ]; then
    echo "== the same bytes from every build"
    if bash tools/same_bytes.sh; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
