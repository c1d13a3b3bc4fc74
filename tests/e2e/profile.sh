# `lspec profile`: types with reasons, dialects, missing words, sentinels, outliers, leaks; text and JSON; errors of files.
. tests/e2e/library.bash

# type COLUMN: the guessed type in $work/p.json.
type() { jq -r --arg name "$1" '.columns[] | select(.name == $name) | .type' "$work/p.json"; }
expect_type() {
    checks=$((checks + 1))
    [ "$(type "$1")" = "$2" ] || fail "column $1 is $(type "$1"), not $2"
}
expect_jq() {
    checks=$((checks + 1))
    [ "$(jq -r "$1" "$work/p.json")" = "$2" ] || fail "$1 is $(jq -c "$1" "$work/p.json"), not $2"
}
profile() {
    expect_status 0 "$lspec" profile --json "$@"
    cp "$work/out" "$work/p.json"
}

profile tests/data/penguins.csv --target species
expect_type species category
expect_type bill_length_mm real
expect_type body_mass_g int
expect_jq '.columns[] | select(.name == "sex") | .missing' 11
expect_jq '.columns[] | select(.name == "bill_length_mm") | .quantiles."0.5"' 44.4
expect_jq '.columns[] | select(.name == "bill_length_mm") | [.min, .max] | join(" ")' '32.1 59.6'
expect_jq '[.columns[] | select(.relation > 0.5) | .name] | join(" ")' \
    'bill_length_mm bill_depth_mm flipper_length_mm body_mass_g'

for packed in gz zst; do
    profile "tests/data/packed/penguins.csv.$packed"
    expect_jq '.columns[] | select(.name == "bill_length_mm") | .quantiles."0.5"' 44.4
    expect_jq .rows 344
done

# A table with one column of each sort, decimal commas and semicolons, and words for missing cells.
awk 'BEGIN {
    print "id;\"first name\";zip;size;when;packed;flag;mark;note;far;code;mixed;price;größe"
    for (i = 0; i < 300; i++) {
        note = "a longer text of several words about row " i
        printf "%d;name_%d;0%d;%d,%d;%02d.%02d.2023;2023%02d%02d;%s;%s;\"%s\"\"quoted\"\";\";%s;%d;%s;\"$%d,000\";%s\n",
            i + 1000, i * 7919 % 997, 1000 + i % 40, i % 9, i % 10, 1 + i % 28, 1 + i % 12, 1 + i % 12, 1 + i % 28,
            i % 3 ? "yes" : "no", i % 5 ? "x" : "n/a", note, i == 7 ? "1e6" : (i * 37) % 100 / 10, i % 4,
            i % 100 ? i % 7 : "oops", i, i % 20 ? (i * 31) % 50 : -999
    }
}' >"$work/mixed.csv"
profile "$work/mixed.csv"
expect_jq '[.delimiter, .decimal, (.header | tostring)] | join(" ")' '; , true'
expect_type id key
expect_type 'first name' key
expect_type zip category
expect_type size real
expect_type when timestamp
expect_jq '.columns[] | select(.name == "when") | .format' '%d.%m.%Y'
expect_type packed timestamp
expect_type flag bool
expect_type note text
expect_type price text
expect_jq '.missing | join(" ")' n/a
expect_jq '[.findings[] | select(.column == "größe") | .name] | join(" ")' sentinel-value
expect_jq '[.findings[] | select(.column == "mixed") | .name] | join(" ")' cell-type
expect_status 0 "$lspec" profile "$work/mixed.csv"
expect_text "$work/out" '`;` divides the cells; decimal comma'

# More values than are counted one by one: estimates, quantiles within 1 % of the rank, exact ends and missing cells.
awk 'BEGIN { print "x,city,y"; for (i = 1; i <= 50000; i++) printf "%d.5,town_%d,%s\n", i * 7919 % 50021, i % 4000, i % 10 ? i % 3 : "" }' \
    >"$work/many.csv"
profile "$work/many.csv" --target y
expect_jq '.columns[0] | [.min, .max, .distinct_exact] | map(tostring) | join(" ")' '1.5 50020.5 false'
expect_jq '.columns[0].distinct | . > 47000 and . < 53000' true
expect_jq '.columns[0].quantiles."0.5" | . > 24500 and . < 25500' true
expect_type city category
expect_jq '.columns[2].missing' 5000

# Without a header; a leak; an outlier behind a gap.
awk 'BEGIN { srand(3); for (i = 0; i < 500; i++) { y = rand(); printf "%g,%g,%g\n", rand(), i == 9 ? 1e5 : rand(), y } }' >"$work/bare.csv"
profile "$work/bare.csv"
expect_jq '.header' false
expect_jq '[.columns[].name] | join(" ")' 'column_1 column_2 column_3'
expect_jq '[.findings[] | select(.column == "column_2") | .name] | join(" ")' outlier-rows
awk 'BEGIN { srand(4); print "a,b,leak,y"; for (i = 0; i < 800; i++) { y = rand(); printf "%g,%g,%g,%g\n", rand(), rand(), y * y, y } }' >"$work/leak.csv"
profile "$work/leak.csv" --target y
expect_jq '[.findings[] | select(.name == "leaky-feature") | .column] | join(" ")' leak

# A spec names its data and target; the same call twice gives the same bytes.
expect_status 0 "$lspec" profile --json examples/penguins/penguins.lspec
cp "$work/out" "$work/p.json"
expect_jq .target species
expect_jq '[.columns[] | select(.type == "category") | .name] | join(" ")' 'species island sex part' # as declared

# Another kind of source is read as its spec says; alone it is refused.
jq -cn '[range(60)] | .[] | {x: ., color: (if . % 3 == 0 then "red" else "blue" end), y: (. * 2 + 1)}' >"$work/rows.jsonl"
cat >"$work/rows.lspec" <<'SPEC'
lspec 1
data: jsonl("rows.jsonl")
columns { x : real; color : category; y : real }
target { y -> scale(standard) }
preprocess { x -> scale(standard); color -> one_hot }
network { features -> dense(4) -> relu -> output(y) }
loss: mse
optimizer: adam(lr: 1e-2)
SPEC
profile "$work/rows.lspec"
expect_jq '[.rows, .target, (.columns | length)] | map(tostring) | join(" ")' '60 y 3'
expect_jq '.columns[0] | [.min, .max] | map(tostring) | join(" ")' '0 59'
expect_type color category
expect_status 2 "$lspec" profile "$work/rows.jsonl"
expect_text "$work/err" 'lspec profile F.lspec'
profile examples/penguins/penguins.lspec
expect_status 0 "$lspec" profile --json examples/penguins/penguins.lspec
checks=$((checks + 1))
cmp -s "$work/out" "$work/p.json" || fail 'two profiles of one file differ'

expect_status 1 "$lspec" profile "$work/absent.csv"
expect_text "$work/err" 'is not there'
expect_status 1 "$lspec" profile tests/data/pages/ragged_row.csv
expect_status 1 "$lspec" profile tests/data/pages/encoding.csv
expect_status 1 "$lspec" profile tests/data/pages/no_rows.csv
expect_status 1 "$lspec" profile tests/data/iris.csv --target specise
expect_text "$work/err" 'did you mean `species`?'
expect_status 2 "$lspec" profile
finish
