# Bad input gets an error that names the place and the way out, with the exit status of the contract; nothing crashes.
. tests/e2e/library.bash

# ---- data files: NAME of the diagnostic, then the file's bytes -----------------------------------------------------------------
spec=$work/t.lspec
cat >"$spec" <<'END'
lspec 1
model: t
data: csv("t.csv")
columns {
    a : real
    b : int
    c : category(no, yes)
}
target: c
network { features -> dense(4) -> relu -> output(c) }
loss: cross_entropy
optimizer: adam(lr: 1e-3)
train { batch: 4; epochs: 2; seed: 1 }
END
good() {
    echo 'a,b,c'
    for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        echo "$i.5,$i,no"
        echo "-$i,3,yes"
    done
}
# bad NAME TEXT…: check reports NAME, and every TEXT.
bad() {
    local name=$1
    shift
    expect_status 1 "$lspec" check "$spec"
    expect_text "$work/err" "error[$name]"
    for text in "$@"; do expect_text "$work/err" "$text"; done
    expect_status 1 "$lspec" build "$spec" -o "$work/t"
    expect_status 1 "$lspec" check --json "$spec"
    checks=$((checks + 1))
    jq -e . "$work/out" >/dev/null 2>&1 || fail "--json is not JSON for $name"
}

good >"$work/t.csv"
expect_status 0 "$lspec" check "$spec"
rm "$work/t.csv"
bad data-not-found t.csv
mkdir "$work/t.csv"
bad data-not-read t.csv
rmdir "$work/t.csv"
: >"$work/t.csv"
bad no-rows
echo 'a,b,c' >"$work/t.csv"
bad no-rows
{ good; echo '1,2'; } >"$work/t.csv"
bad ragged-row 42
{ good; echo '1,2,no,4'; } >"$work/t.csv"
bad ragged-row 42
{ good; echo '1,2,"no'; } >"$work/t.csv"
bad unclosed-quote
{ good; echo '1,x7,no'; } >"$work/t.csv"
bad cell-type x7 '`b`'
{ good; echo '1,2.5,no'; } >"$work/t.csv"
bad cell-type 2.5
{ good; echo 'nan,2,no'; } >"$work/t.csv"
bad cell-type nan
{ good; echo '1e99,2,no'; } >"$work/t.csv"
bad cell-type 1e99
{ good; echo '1,2,maybe'; } >"$work/t.csv"
bad level-not-declared maybe
{ good; echo ',2,no'; } >"$work/t.csv"
bad missing-not-declared
{ good; printf '1,\0002,no\n'; } >"$work/t.csv"
bad nul-byte
{ good; printf '\377\376,2,no\n'; } >"$work/t.csv"
bad invalid-encoding
good | sed 's/^a,b,c/a,b,d/' >"$work/t.csv"
bad column-not-in-data '`c`'
good | sed 's/^a,b,c/a,a,c/' >"$work/t.csv"
bad duplicate-column
good | grep -v yes >"$work/t.csv"
bad one-class
good | sed 's/$/\r/' >"$work/t.csv"
expect_status 0 "$lspec" check "$spec"
{ printf '\357\273\277'; good; } >"$work/t.csv"
expect_status 0 "$lspec" check "$spec"

# ---- specs ----------------------------------------------------------------------------------------------------------------------
good >"$work/t.csv"
broken=$work/broken.lspec
: >"$broken"
expect_status 1 "$lspec" check "$broken"
head -c 5000 "$lspec" >"$broken"
expect_status 1 "$lspec" check "$broken"
{ printf 'lspec 1\nnetwork { x = '; head -c 10000 /dev/zero | tr '\0' '('; } >"$broken"
expect_status 1 "$lspec" check "$broken"
{ cat "$spec"; yes '# a line of a comment that fills the file up' | head -c 10000000; echo; } >"$broken"
expect_status 0 "$lspec" check "$broken"
expect_status 1 "$lspec" check "$work/absent.lspec"
expect_status 2 "$lspec" check
expect_status 2 "$lspec" chekc "$spec"
expect_status 2 "$lspec" build "$spec" --optimise

# ---- the trainer -----------------------------------------------------------------------------------------------------------------
cd "$work" || exit 1
expect_status 0 "$lspec" build t.lspec -o trainer
expect_status 2 ./trainer trian
expect_status 2 ./trainer --epoch 3
expect_status 1 ./trainer --data absent.csv
expect_status 3 ./trainer eval
expect_text err 'no trained model'
expect_status 0 ./trainer --quiet --out run
expect_status 0 ./trainer predict --data t.csv --run run -o -
echo '{"torn' >run/preprocess.json
expect_status 1 ./trainer predict --data t.csv --run run -o -
expect_text err preprocess.json
expect_status 1 ./trainer eval --data t.csv --run run
expect_text err preprocess.json
expect_status 0 ./trainer --quiet --out run
head -c 100 run/model.safetensors >short && mv short run/model.safetensors
expect_status 1 ./trainer eval --run run
expect_text err model.safetensors
: >file
expect_status 3 ./trainer --quiet --out file/run
expect_status 3 "$lspec" build t.lspec -o absent/trainer
if [ -w /dev/full ]; then
    checks=$((checks + 1))
    ./trainer info >/dev/full 2>err
    [ $? = 3 ] || fail 'a full disk is exit status 3'
fi
# a disk that is full while the run goes on: the weights are not lost without a word
if [ "$(id -u)" = 0 ] && mkdir full && mount -t tmpfs -o size=64k tmpfs full 2>/dev/null; then
    head -c 60000 /dev/zero >full/filler 2>/dev/null
    expect_status 3 ./trainer --quiet --out full/run
    umount full
fi
# Ctrl-C, a request to end and a lost terminal end in order
sed 's/epochs: 2/epochs: 100000000/' t.lspec >long.lspec
expect_status 0 "$lspec" build long.lspec -o long
for signal in INT TERM HUP; do
    rm -rf interrupted
    ./long --quiet --out interrupted >out 2>err &
    pid=$!
    sleep 1
    kill -$signal $pid
    wait $pid
    status=$?
    checks=$((checks + 2))
    [ $status = 130 ] || fail "exit status $status after SIG$signal, not 130"
    [ -s interrupted/model.safetensors ] || fail "no weights after SIG$signal"
done
# a device is not replaced by a trainer
expect_status 3 "$lspec" build t.lspec -o /dev/null
checks=$((checks + 1))
[ -c /dev/null ] || fail '/dev/null is no device any more'
finish
