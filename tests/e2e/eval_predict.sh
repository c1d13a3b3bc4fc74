# predict and eval agree: on the rows of the test part, on rows without labels, from a pipe, in another order of columns.
. tests/e2e/library.bash
cp examples/credit/* "$work"
sed -i 's/metrics: .*/metrics: [auc, accuracy, f1(bad), log_loss]/' "$work/credit.lspec"
expect_status 0 "$lspec" build -O1 "$work/credit.lspec" -o "$work/t"
root=$PWD
cd "$work" || exit 1
expect_status 0 ./t --quiet --epochs 5 --out run
part=$(head -1 credit_data.csv | tr ',' '\n' | grep -nx part | cut -d: -f1)
awk -F, -v p="$part" 'NR == 1 || $p == "test"' credit_data.csv >test.csv
expect_status 0 ./t predict --run run --data test.csv --proba -o predicted.csv
expect_status 0 python3 "$root/tests/harness/check_predictions.py" test.csv predicted.csv run/test.json status bad good
cat out
expect_status 0 ./t eval --run run --json
jq '.metrics, .loss' out >a
jq '.metrics, .loss' run/test.json >b
expect_status 0 cmp a b
expect_status 0 ./t eval --run run --data test.csv --json
jq '.metrics, .loss' out >a
expect_status 0 cmp a b

# rows without the target and the fold, columns in another order, from a pipe and into one
python3 - <<'PY'
import csv
rows = list(csv.DictReader(open("test.csv")))
names = [n for n in reversed(rows[0]) if n not in ("status", "part")]
out = csv.DictWriter(open("unlabelled.csv", "w", newline=""), names, extrasaction="ignore")
out.writeheader()
out.writerows(rows)
PY
expect_status 0 ./t predict --run run --data unlabelled.csv --proba -o other.csv
expect_status 0 cmp predicted.csv other.csv
checks=$((checks + 1))
./t predict --run run --data - --proba -o - <unlabelled.csv 2>err | cmp -s - predicted.csv || fail 'a pipe gives other predictions'

# a level that training has not seen is none or other, never an error of an open category; a closed one says so
sed '2s/owner\|rent\|parents\|priv/castle/' unlabelled.csv | head -3 >new.csv
expect_status 0 ./t predict --run run --data new.csv -o -
records=$(head -1 unlabelled.csv | tr ',' '\n' | grep -nx records | cut -d: -f1)
awk -F, -v OFS=, -v c="$records" 'NR == 2 { $c = "maybe" } 1' unlabelled.csv >bad.csv
expect_status 1 ./t predict --run run --data bad.csv -o bad_out.csv
expect_text err 'error[level-not-declared]'
expect_text err 'bad.csv:2'
checks=$((checks + 1))
[ ! -e bad_out.csv ] || fail 'predictions of a file with an error were written'
cut -d, -f2- unlabelled.csv >lacking.csv
expect_status 1 ./t predict --run run --data lacking.csv -o -
expect_text err 'error[column-not-in-data]'
finish
