"""check_predictions.py TEST_ROWS.csv PREDICTIONS.csv TEST.json TARGET POSITIVE NEGATIVE: accuracy, f1, log loss, AUC and the
loss of test.json, computed again from what `predict --proba` wrote for the same rows."""
import csv
import json
import math
import sys

rows_path, predictions_path, report_path, target, positive, negative = sys.argv[1:]
rows = list(csv.DictReader(open(rows_path, encoding="utf-8")))
predictions = list(csv.DictReader(open(predictions_path, encoding="utf-8")))
report = json.load(open(report_path, encoding="utf-8"))
truth = [row[target] == positive for row in rows]
told = [row[target] == positive for row in predictions]
share = [float(row[f"{target}={positive}"]) for row in predictions]
other = [float(row[f"{target}={negative}"]) for row in predictions]

hits = sum(t and p for t, p in zip(truth, told))
log_loss = -sum(math.log(p if t else q) for t, p, q in zip(truth, share, other)) / len(truth)
yes = [p for t, p in zip(truth, share) if t]
no = [p for t, p in zip(truth, share) if not t]
wins = sum((a > b) + 0.5 * (a == b) for a in yes for b in no)
expected = {
    "accuracy": (sum(t == p for t, p in zip(truth, told)) / len(truth), 1e-12),
    f"f1({positive})": (2 * hits / (sum(truth) + sum(told)), 1e-12),
    "auc": (wins / (len(yes) * len(no)), 1e-9),
    "log_loss": (log_loss, 1e-6),
}
failed = 0
for name, (value, tolerance) in expected.items():
    if abs(report["metrics"][name] - value) > tolerance:
        print(f"{name}: {report['metrics'][name]} in {report_path}, {value} from the predictions")
        failed += 1
if abs(report["loss"] - log_loss) > 1e-6:
    print(f"loss: {report['loss']}, {log_loss} from the predictions")
    failed += 1
if any(abs(p + q - 1) > 1e-6 for p, q in zip(share, other)):
    print("the probabilities do not sum to 1")
    failed += 1
sys.exit(1 if failed or len(rows) != len(predictions) or report["rows"] != len(rows) else 0)
