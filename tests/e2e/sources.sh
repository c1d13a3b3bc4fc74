# Every kind of source: the same numbers, whatever they lie in, train the same weights, and evaluate and predict alike.
. tests/e2e/library.bash
python3 tests/harness/write_sources.py examples/digits/digits.csv "$work" || { fail "the sources could not be written"; finish; }
cd "$work" || exit 1

# spec NAME SOURCE COLUMNS INPUT [SPLIT]
spec() {
    cat >"$1.lspec" <<SPEC
lspec 1
data: $2
columns { $3 }
target: y
split: ${5:-stratified(train: 70%, validation: 15%, test: 15%, seed: 7)}
preprocess { $4 -> rescale(1 / 16) }
network { features -> dense(16) -> relu -> output(y) }
loss: cross_entropy
optimizer: adam(lr: 1e-2)
train { batch: 64; epochs: 2; seed: 3 }
metrics: [accuracy]
SPEC
}

# Tensors of a file behind its header, which names the spec.
tensors() { python3 -c 'import struct,sys; d=open(sys.argv[1],"rb").read(); sys.stdout.buffer.write(d[8+struct.unpack("<Q",d[:8])[0]:])' "$1"; }

# same NAME OTHER: trains it, and has the weights of the other.
same() {
    expect_status 0 "$lspec" build -O1 "$1.lspec" -o "t_$1"
    expect_status 0 "./t_$1" --quiet --out "run_$1"
    tensors "run_$1/model.safetensors" >"weights_$1"
    expect_status 0 cmp "weights_$1" "weights_$2"
}

columns='"x*" : real; y : category(0..9)'
vector='x : vector[64]; y : category(0..9)'
spec csv 'csv("d.csv")' "$columns" '"x*"'
expect_status 0 "$lspec" build -O1 csv.lspec -o t_csv
expect_status 0 ./t_csv --quiet --out run_csv
tensors run_csv/model.safetensors >weights_csv

spec tsv 'csv("d.tsv")' "$columns" '"x*"'
spec gz 'csv("d.csv.gz")' "$columns" '"x*"'
spec zst 'csv("d.csv.zst")' "$columns" '"x*"'
spec npy 'npy(x: "x.npy", y: "y.npy")' "$vector" x
spec npz 'npz("d.npz")' "$vector" x
spec idx 'idx("x.idx", labels: "y.idx")' "$vector" x
spec idx_gz 'idx("x.idx.gz", labels: "y.idx.gz")' 'image : vector[64]; y : category(0..9)' image
spec jsonl 'jsonl("d.jsonl")' "$vector" x
spec jsonl_gz 'jsonl("columns.jsonl.gz")' "$columns" '"x*"'
spec sqlite 'sqlite("d.db", query: "select * from digits order by id")' "$columns" '"x*"'
for name in tsv gz zst npy npz idx idx_gz jsonl jsonl_gz sqlite; do same "$name" csv; done

# the same network evaluates and predicts the same from other files of its kind
for name in csv idx; do
    expect_status 0 "./t_$name" eval --run "run_$name" --json
    jq '.metrics, .loss' out >"eval_$name"
done
expect_status 0 cmp eval_csv eval_idx
head -101 d.csv >new.csv
expect_status 0 ./t_csv predict --run run_csv --data new.csv -o p_csv.csv
expect_status 0 ./t_idx predict --run run_idx --data new.idx -o p_idx.csv
expect_status 0 cmp p_csv.csv p_idx.csv
expect_status 0 ./t_jsonl predict --run run_jsonl --data new.jsonl -o p_jsonl.csv
expect_status 0 cmp p_csv.csv p_jsonl.csv
expect_status 0 ./t_idx eval --run run_idx --data x.idx,y.idx --json
expect_status 1 ./t_idx eval --run run_idx --data x.idx
expect_text err 'error[column-not-in-data]'

# a folder of pictures a class
spec rows 'csv("pictures.csv")' "$columns" '"x*"'
expect_status 0 "$lspec" build -O1 rows.lspec -o t_rows
expect_status 0 ./t_rows --quiet --out run_rows
tensors run_rows/model.safetensors >weights_rows
spec pictures 'images("pictures", size: 8x8, channels: 1)' 'image : image[8, 8, 1]; y : category(0..9)' image
sed -i 's/features -> /image -> flatten -> /' pictures.lspec
same pictures rows
expect_status 0 ./t_pictures predict --run run_pictures --data unlabelled -o p_pictures.csv
head -6 pictures.csv >five.csv
expect_status 0 ./t_rows predict --run run_rows --data five.csv -o p_rows.csv
expect_status 0 cmp p_pictures.csv p_rows.csv
expect_status 0 ./t_pictures eval --run run_pictures --data pictures
head -c 100 "$(find pictures/3 -name '*.png' | sort | head -1)" >pictures/3/torn.png
expect_status 1 ./t_pictures --data pictures --out torn
expect_text err 'the picture `pictures/3/torn.png` cannot be read: the PNG ends before its last chunk'

# a file for each part; the validation part is split from the training part where it has none
files='npy(train: ["train_x.npy", "train_y.npy"], validation: ["validation_x.npy", "validation_y.npy"], test: ["test_x.npy", "test_y.npy"])'
spec parts 'csv(train: "train.csv", validation: "validation.csv", test: "test.csv")' "$columns" '"x*"'
expect_status 0 "$lspec" build -O1 parts.lspec -o t_parts
expect_status 0 ./t_parts --quiet --out run_parts
tensors run_parts/model.safetensors >weights_parts
expect_status 0 jq -e '.split | .train.rows == 1200 and .validation.rows == 300 and .test.rows == 297' run_parts/preprocess.json
spec npy_parts "$files" "$vector" x
same npy_parts parts
spec two 'csv(train: "train.csv", test: "test.csv")' "$columns" '"x*"' 'stratified(train: 90%, validation: 10%, seed: 1)'
expect_status 0 "$lspec" build -O1 two.lspec -o t_two
expect_status 0 ./t_two --quiet --out run_two
expect_status 0 jq -e '.split | .train.rows == 1080 and .validation.rows == 120 and .test.rows == 297' run_two/preprocess.json

# what is torn is told by name and place, in the compiler and in the trainer
for name in d.csv.gz d.csv.zst x.idx x.npy d.npz; do head -c 3000 "$name" >"torn_$name"; done
expect_status 1 ./t_gz --data torn_d.csv.gz --out torn
expect_text err 'is damaged: the file ends within what is packed, at byte 3000 of 3000'
expect_status 1 ./t_zst --data torn_d.csv.zst --out torn
expect_text err 'is damaged'
expect_status 1 ./t_idx --data torn_x.idx,y.idx --out torn
expect_text err 'is torn: its sizes need 115008 bytes, and 2984 follow its head'
expect_status 1 ./t_npy --data torn_x.npy,y.npy --out torn
expect_text err 'is torn'
sed 's/select \*/select z/' sqlite.lspec >wrong.lspec
expect_status 1 "$lspec" check wrong.lspec
expect_text err 'no such column: z'
expect_status 1 ./t_sqlite --data d.csv --out torn
expect_text err 'file is not a database'
expect_status 1 ./t_npz --data torn_d.npz --out torn
expect_text err 'it has no directory at its end'
sed 's/x.idx/torn_x.idx/' idx.lspec >torn.lspec
expect_status 1 "$lspec" check torn.lspec
expect_text err 'error[data-not-read]'

# without the data the lock stands in
mkdir away && cp npz.lspec npz.lspec.lock away
expect_status 0 "$lspec" build -O1 away/npz.lspec -o away/t
finish
