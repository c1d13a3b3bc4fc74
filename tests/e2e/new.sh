# `lspec new`: the starter of every table of the tree checks without an error or warning, builds, and trains to what a linear
# model and a small network of scikit-learn reach on it, less a standard error. Strange tables get clean starters, too.
. tests/e2e/library.bash

# starter CSV TARGET: writes $work/s.lspec and checks it.
starter() {
    rm -f "$work/s.lspec"
    expect_status 0 "$lspec" new "$1" --target "$2" -o "$work/s.lspec"
    expect_status 0 "$lspec" check "$work/s.lspec"
    checks=$((checks + 1))
    [ ! -s "$work/err" ] || fail "the starter of $1 is not clean: $(head -1 "$work/err")"
    expect_status 0 "$lspec" fmt --check "$work/s.lspec"
}

# trains CSV TARGET METRIC FLOOR
trains() {
    starter "$1" "$2"
    expect_status 0 "$lspec" build "$work/s.lspec" -o "$work/s"
    expect_status 0 "$work/s" --quiet --out "$work/run"
    checks=$((checks + 1))
    jq -e --arg metric "$3" --argjson floor "$4" '.metrics[$metric] >= $floor' "$work/run/test.json" >/dev/null ||
        fail "the starter of $1 has $3 $(jq --arg metric "$3" '.metrics[$metric]' "$work/run/test.json"), less than $4"
}

trains tests/data/iris.csv species accuracy 0.91
trains tests/data/penguins.csv species accuracy 0.96
trains tests/data/breast_cancer.csv "$(head -1 tests/data/breast_cancer.csv | tr ',' '\n' | tail -1)" accuracy 0.95
trains examples/credit/credit_data.csv status auc 0.81
trains examples/loans/lending_club.csv class auc 0.68
trains examples/digits/digits.csv digit accuracy 0.94
trains examples/houses/ames.csv sale_price r2 0.89

# Names that are no names, decimal commas, words for missing cells, a leak, times, keys, constants, quotes.
awk 'BEGIN {
    srand(5)
    print "order id;die Größe;in;features;when;leak;const;note;flag;code \"x\";m;target"
    for (i = 0; i < 400; i++) {
        a = rand(); b = rand()
        y = a + b > 1 ? "> 50K" : "<= 50K"
        printf "%d;%d,%d;%s;0,%03d;%02d.%02d.%d;%s;1;a note of several words, number %d;%s;\"c\"\"%d\"\"\";%s;%s\n", i + 100, 10 * a,
            int(1000 * a) % 100, rand() < 0.1 ? "n/a" : int(9 * b), 1000 * b, 1 + i % 28, 1 + int(i / 28) % 12, 2020 + int(i / 336),
            y == "> 50K" ? "X" : "Y", i, rand() < 0.5 ? "yes" : "no", i % 3, rand() < 0.05 ? -999 : int(99 * a), y
    }
}' >"$work/odd name.csv"
starter "$work/odd name.csv" target
expect_text "$work/s.lspec" 'delimiter: ";"'
expect_text "$work/s.lspec" 'decimal: ","'
expect_text "$work/s.lspec" 'missing: ["n/a", "-999"]'
expect_text "$work/s.lspec" '"die Größe"'
expect_text "$work/s.lspec" '"in"'
expect_text "$work/s.lspec" 'timestamp("%d.%m.%Y")'
for column in leak const note; do
    checks=$((checks + 1))
    grep -qE "^ +$column +: ignore" "$work/s.lspec" || fail "column $column is not left out"
done
expect_status 0 "$lspec" build "$work/s.lspec" -o "$work/s"
expect_status 0 "$work/s" --quiet --out "$work/run"

# Counts, a long tail, many levels, three classes of which one is rare, hardly any rows.
awk 'BEGIN {
    srand(7)
    print "x,z,city,count,amount,class,small"
    for (i = 0; i < 1200; i++) {
        x = rand(); z = rand(); k = 0
        for (t = rand(); t > exp(-2 * x) && k < 20; t *= rand()) k++
        level = x > 0.5 ? "high" : "low"
        printf "%.4f,%.4f,town %d,%d,%.3f,%s,%s\n", x, z, rand() * 60, k, exp(3 * x + 2 * rand()), i % 60 ? level : "rare",
            i < 30 ? level : ""
    }
}' >"$work/kinds.csv"
starter "$work/kinds.csv" count
expect_text "$work/s.lspec" 'poisson'
expect_text "$work/s.lspec" 'embedding('
starter "$work/kinds.csv" amount
expect_text "$work/s.lspec" 'gamma'
starter "$work/kinds.csv" class
expect_text "$work/s.lspec" 'f1(macro)'
starter "$work/kinds.csv" small
starter "$work/kinds.csv" x

# Standard output; a spec that is there stays; what cannot be a target.
expect_status 0 "$lspec" new tests/data/iris.csv --target species
expect_text "$work/out" 'data: csv("tests/data/iris.csv")'
expect_status 2 "$lspec" new tests/data/iris.csv --target species -o "$work/s.lspec"
expect_text "$work/err" 'is there already'
expect_status 1 "$lspec" new "$work/odd name.csv" --target note
expect_text "$work/err" 'cannot be the target'
expect_status 1 "$lspec" new tests/data/iris.csv --target spicies
expect_text "$work/err" 'did you mean `species`?'
expect_status 2 "$lspec" new tests/data/iris.csv
finish
