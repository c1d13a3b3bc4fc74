#!/usr/bin/env python3
"""Writes series.json: steps that read other rows, by pandas and scipy, on three series whose rows stand mixed in one table.

Two of the series hold missing cells, one a constant stretch. `rows` are the rows (from 0) that have all the history that
the step needs, in the order of the table; null: the value is missing.
"""
import json
import os

import numpy as np
import pandas as pd
from scipy.stats import median_abs_deviation

generator = np.random.default_rng(7)
groups = ["b"] * 40 + ["a"] * 57 + ["c"] * 6
times = [3600.0 * i for i in range(40)] + [3600.0 * i for i in range(57)] + [3600.0 * i for i in range(6)]
values = np.round(np.exp(np.cumsum(generator.normal(0, 0.1, len(groups)))) * 100, 4)
values[10:22] = values[10]
values[[45, 46, 60, 3]] = np.nan
order = generator.permutation(len(groups))
table = pd.DataFrame({"group": groups, "time": times, "value": values}).iloc[order].reset_index(drop=True)


def rolling_mad(window):
    scale = median_abs_deviation(window)
    return (window[-1] - np.median(window)) / scale if scale > 0 else 0.0


def standardize(x, k):
    mean, deviation = x.rolling(k).mean(), x.rolling(k).std(ddof=0)
    constant = x.rolling(k).max() == x.rolling(k).min()
    return ((x - mean) / deviation).mask(constant, 0.0)


def ewm(x, half_life):
    """pandas keeps its last mean in a missing cell; here the cell stays missing."""
    return x.dropna().ewm(halflife=half_life, adjust=False).mean().reindex(x.index)


steps = [
    ("lag", 1, 1, lambda x: x.shift(1)),
    ("lag", 5, 5, lambda x: x.shift(5)),
    ("diff", 1, 1, lambda x: x.diff(1)),
    ("diff", 3, 3, lambda x: x.diff(3)),
    ("returns", 1, 1, lambda x: x.pct_change(fill_method=None)),
    ("log_returns", 1, 1, lambda x: np.log(x).diff(1)),
    ("rolling_mean", 2, 1, lambda x: x.rolling(2).mean()),
    ("rolling_mean", 7, 6, lambda x: x.rolling(7).mean()),
    ("rolling_standardize", 3, 2, lambda x: standardize(x, 3)),
    ("rolling_standardize", 10, 9, lambda x: standardize(x, 10)),
    ("rolling_mad", 2, 1, lambda x: x.rolling(2).apply(rolling_mad, raw=True)),
    ("rolling_mad", 5, 4, lambda x: x.rolling(5).apply(rolling_mad, raw=True)),
    ("rolling_mad", 8, 7, lambda x: x.rolling(8).apply(rolling_mad, raw=True)),
    ("ewm", 1, 0, lambda x: ewm(x, 1)),
    ("ewm", 6.5, 0, lambda x: ewm(x, 6.5)),
]

cases = []
for name, number, lead, function in steps:
    result = pd.Series(np.nan, index=table.index)
    kept = pd.Series(False, index=table.index)
    for _, rows in table.sort_values("time").groupby("group"):
        result[rows.index] = function(rows["value"])
        kept[rows.index[lead:]] = True
    rows = [int(i) for i in table.index[kept]]
    wanted = [None if np.isnan(result[i]) else float(result[i]) for i in rows]
    cases.append({"transform": name, "number": number, "rows": rows, "values": wanted})

out = {
    "versions": {"numpy": np.__version__, "pandas": pd.__version__},
    "group": list(table["group"]),
    "time": [float(t) for t in table["time"]],
    "value": [None if np.isnan(v) else float(v) for v in table["value"]],
    "cases": cases,
}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "series.json"), "w") as file:
    json.dump(out, file, indent=1)
    file.write("\n")
