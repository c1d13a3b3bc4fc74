#!/usr/bin/env python3
"""Writes metrics_catalog.json: metrics of made-up predictions by scikit-learn, with ties, absent classes and odd targets.

    python3 -m venv venv && venv/bin/pip install scikit-learn numpy && venv/bin/python tests/golden/make_metrics_golden.py

Probabilities are float32 written with all their digits. A value is keyed as the test reads it: KIND/AVERAGE/PARAMETER.
What scikit-learn has no function for (calibration_error, directional_accuracy, sharpe, max_drawdown) is computed here by the
definition in docs/reference, with NumPy.
"""
import json
import pathlib
import warnings

import numpy as np
import sklearn
from sklearn import metrics as sk

warnings.simplefilter("ignore")
HERE = pathlib.Path(__file__).parent
random = np.random.default_rng(7)


def calibration_error(y, p, bins):
    predicted, confidence = p.argmax(1), p.max(1)
    edges = np.linspace(0, 1, bins + 1)
    index = np.clip(np.digitize(confidence, edges, right=True) - 1, 0, bins - 1)
    return sum(abs((predicted[index == b] == y[index == b]).sum() - confidence[index == b].sum()) for b in range(bins)) / len(y)


def class_values(y, p):
    levels = p.shape[1]
    predicted, every = p.argmax(1), np.arange(levels)
    hot = np.eye(levels)[y]
    values = {
        "balanced_accuracy/none/0": sk.balanced_accuracy_score(y, predicted),
        "mcc/none/0": sk.matthews_corrcoef(y, predicted),
        "accuracy/none/0": sk.accuracy_score(y, predicted),
        "calibration_error/none/15": calibration_error(y, p, 15),
        "calibration_error/none/4": calibration_error(y, p, 4),
        "log_loss/none/0": sk.log_loss(y, p, labels=every),
        "brier/none/0": ((p[:, 1] - (y == 1)) ** 2).mean() if levels == 2 else ((p - hot) ** 2).sum(1).mean(),
    }
    if levels == 2:
        values["brier/none/0"] = sk.brier_score_loss(y, p[:, 1], labels=every, pos_label=1)
        values["pr_auc/none/0"] = sk.average_precision_score(y == 1, p[:, 1])
        values["top_k/none/1"] = sk.top_k_accuracy_score(y, p[:, 1], k=1, labels=every)
        values["top_k/none/2"] = 1.0
    else:
        for k in range(1, levels + 1):
            values[f"top_k/none/{k}"] = sk.top_k_accuracy_score(y, p, k=k, labels=every)
    for average in ["macro", "micro", "weighted"]:
        values[f"pr_auc/{average}/0"] = sk.average_precision_score(hot, p, average=average)
        for name, function in [("precision", sk.precision_score), ("recall", sk.recall_score), ("f1", sk.f1_score)]:
            values[f"{name}/{average}/0"] = function(y, predicted, average=average, zero_division=0)
        if len(set(y)) == levels:
            values[f"auc/{average}/0"] = sk.roc_auc_score(hot, p, average=average)
    for level in every:
        values[f"pr_auc/class/{level}"] = sk.average_precision_score(y == level, p[:, level])
    return values


def class_case(rows, levels, present, grain):
    """`grain` > 0 rounds probabilities, which makes ties."""
    y = random.choice(present, rows)
    p = random.dirichlet(np.ones(levels), rows)
    if grain:
        p = np.round(p * grain) / grain
        p[p.sum(1) == 0] = 1
    p = (p / p.sum(1, keepdims=True)).astype(np.float32)
    return {"labels": y.tolist(), "levels": levels, "probabilities": [float(v) for v in p.ravel()],
            "values": {k: float(v) for k, v in class_values(y, p.astype(np.float64)).items()}}


def drawdown(returns):
    value = np.concatenate([[1], np.cumprod(1 + returns)])
    return (1 - value / np.maximum.accumulate(value)).max()


def real_case(rows, make_truth, make_prediction, powers):
    y = make_truth(rows)
    f = make_prediction(y)
    earned = np.sign(f) * y
    values = {
        "rmse/none/0": sk.mean_squared_error(y, f) ** 0.5,
        "mae/none/0": sk.mean_absolute_error(y, f),
        "r2/none/0": sk.r2_score(y, f),
        "mape/none/0": sk.mean_absolute_percentage_error(y, f),
        "directional_accuracy/none/0": (np.sign(y) == np.sign(f)).mean(),
        "sharpe/none/252": earned.mean() / earned.std() * 252 ** 0.5,
        "sharpe/none/12": earned.mean() / earned.std() * 12 ** 0.5,
        "max_drawdown/none/0": drawdown(earned),
    }
    for q in [0.05, 0.5, 0.9]:
        values[f"pinball/none/{q}"] = sk.mean_pinball_loss(y, f, alpha=q)
    for power in powers:
        values[f"deviance/none/{power}"] = sk.mean_tweedie_deviance(y, f, power=power)
    return {"truth": y.tolist(), "prediction": f.tolist(), "values": {k: float(v) for k, v in values.items()}}


classes = [
    class_case(40, 2, [0, 1], 0), class_case(40, 2, [0, 1], 4), class_case(12, 2, [0, 1], 2),
    class_case(60, 3, [0, 1, 2], 0), class_case(60, 3, [0, 1, 2], 5), class_case(50, 4, [0, 2], 6),
    class_case(64, 6, [0, 1, 2, 3, 4, 5], 3), class_case(30, 3, [1], 4),
]
reals = [
    real_case(50, lambda n: random.normal(0, .02, n), lambda y: y / 3 + random.normal(0, .02, len(y)), [0]),
    real_case(50, lambda n: np.round(random.normal(0, 2, n)), lambda y: np.round(y + random.normal(0, 2, len(y))), [0]),
    real_case(40, lambda n: random.poisson(1.5, n).astype(float), lambda y: random.gamma(2, 1, len(y)) + .05, [0, 1, 1.5]),
    real_case(40, lambda n: random.gamma(2, 3, n), lambda y: random.gamma(2, 3, len(y)) + .05, [0, 1, 1.2, 2, 2.5, 3]),
]
(HERE / "metrics_catalog.json").write_text(json.dumps(
    {"made_by": f"make_metrics_golden.py with scikit-learn {sklearn.__version__}", "classes": classes, "reals": reals}) + "\n")
