# Every transform from the file to the network: names and values of `prepare`, the same for rows that are predicted, and
# the proof of `audit`.
. tests/e2e/library.bash
cd "$work" || exit 1
python3 - <<'PY'
import csv, math, random
random.seed(3)
out = csv.writer(open("d.csv", "w", newline=""))
out.writerow("year month day hour weight height region plan text same kind".split())
for i in range(240):
    weight, height = round(random.gauss(70, 9), 2), round(random.gauss(1.7, 0.1), 3)
    region, plan = random.choice("nesw"), random.choice(["basic", "pro"])
    kind = "hi" if weight > 75 else "lo" if weight < 66 else "mid"
    text = " ".join(random.choice(["Good", "bad!", "the", "Été"]) for _ in range(4))
    out.writerow([2020 + i // 200, 1 + i % 12, 1 + i % 28, i % 24, weight, height, region, plan, text, 7, kind])
PY
cat >t.lspec <<'SPEC'
lspec 1
model: transforms
data: csv("d.csv")
columns {
    time           : timestamp(from: [year, month, day, hour])
    weight, height : real(0..)
    region, kind   : category
    plan           : category(basic, pro)
    text           : text
    same           : int
}
target: kind
split: random(train: 60%, validation: 20%, test: 20%, seed: 3)
preprocess {
    bmi    = weight / (height * height) -> drop_outliers(3, by: zscore) -> scale(power)
    turned = time -> date_parts(hour) -> cyclic
    time -> date_parts(month, weekday) -> cyclic(12)
    both   = region -> cross(plan) -> one_hot(rare: 5)
    slice  = weight -> bins(4) -> one_hot
    parts  = [weight, height] -> scale(standard) -> pca(2)
    best   = [weight, height] -> scale(quantile, to: normal) -> select(1)
    bucket = region -> hash(5)
    let code = region -> hash(7)
    same -> drop_constant -> scale(standard)
    region -> target_encode(smoothing: 4)
    plan -> one_hot
    text -> bag_of_words(max: 4)
}
network { concat(features, code -> embedding(3)) -> dense(8) -> relu -> output(kind) }
loss: cross_entropy
optimizer: adam(lr: 1e-2)
train { epochs: 20 }
SPEC
expect_status 0 "$lspec" build -O1 t.lspec -o t
expect_status 0 ./t prepare -o p.csv
head -1 p.csv >out
expect_text out 'time:month:sin,time:month:cos,time:weekday:sin,time:weekday:cos,region:hi,region:lo,region:mid,plan=basic'
expect_text out 'text=bad,text=good,text=the,text=été,bmi,turned:sin,turned:cos,both=e & basic'
expect_text out 'slice=0,slice=1,slice=2,slice=3,parts_1,parts_2,weight,bucket=0,bucket=1,bucket=2,bucket=3,bucket=4'
jq -c '.columns[] | select(.name == "parts_1" or .name == "bmi") | .from' p.columns.json >out
expect_text out '["weight","height"]'
cat >check.py <<'PY'
import csv, math
data, fed = list(csv.DictReader(open("d.csv"))), list(csv.DictReader(open("p.csv")))
assert "same" not in fed[0]
at = 0
for row in data:
    hour = int(row["hour"])
    got = fed[at]
    if abs(float(got["turned:sin"]) - math.sin(hour / 24 * 2 * math.pi)) < 1e-6 and \
            abs(float(got["turned:cos"]) - math.cos(hour / 24 * 2 * math.pi)) < 1e-6 and \
            float(got["text=bad"]) == row["text"].count("bad") and float(got["plan=pro"]) == (row["plan"] == "pro"):
        at += 1
    if at == len(fed):
        break
assert at == len(fed), (at, len(fed))
PY
expect_status 0 python3 check.py
expect_status 0 ./t audit
expect_text out 'are the same, bit for bit'
expect_status 0 ./t --quiet --out run
expect_status 0 ./t eval --run run --json
jq .loss out >a
jq .loss run/test.json >b
expect_status 0 cmp a b
cut -d, -f1-10 d.csv | head -6 >new.csv
expect_status 0 ./t predict --run run --data new.csv -o y.csv
expect_status 0 test "$(wc -l <y.csv)" -eq 6
sed '3s/^[0-9]*,[0-9]*/2021,13/' new.csv >bad.csv
expect_status 1 ./t predict --run run --data bad.csv -o y.csv
expect_text err 'timestamp-format'

# the lock stands in for the data
mv d.csv away.csv
expect_status 0 "$lspec" build -O1 t.lspec -o t2
finish
