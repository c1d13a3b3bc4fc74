#!/usr/bin/env python3
"""Training set-ups with a known fault, and healthy ones: NAME.csv and NAME.lspec into a folder.

    make_setups.py FOLDER SEED      prints a line each: NAME EXPECTED, where EXPECTED is the finding, or `well`
"""
import math
import pathlib
import random
import sys


def digits(r, rows, ordered=False):
    prototypes = [[r.random() for _ in range(64)] for _ in range(10)]
    labels = [r.randrange(10) for _ in range(rows)]
    if ordered:
        labels.sort()
    return [[min(1, max(0, p + r.gauss(0, .9))) for p in prototypes[k]] + [k] for k in labels]


def sorted_classes(r, rows):
    prototypes = [[2 * r.random() for _ in range(8)] for _ in range(4)]
    return [[p + r.gauss(0, .9) for p in prototypes[k]] + [k] for k in sorted(r.randrange(4) for _ in range(rows))]


def linear(r, rows):
    q = [r.gauss(0, 1) for _ in range(5)]
    table = []
    for _ in range(rows):
        x = [r.gauss(0, 1) for _ in range(5)]
        table.append(x + [sum(a * b for a, b in zip(q, x)) + .5 * x[0] * x[1] + .3 * r.gauss(0, 1)])
    return table


def circles(r, rows):
    table = []
    for i in range(rows):
        angle, radius = 2 * math.pi * r.random(), (1.0, .8)[i % 2]
        table.append([radius * math.cos(angle) + r.gauss(0, .1), radius * math.sin(angle) + r.gauss(0, .1), i % 2])
    return table


def noisy(r, rows, p):
    q = [r.gauss(0, 1) for _ in range(10)]
    table = []
    for _ in range(rows):
        x = [r.gauss(0, 1) for _ in range(10)]
        table.append(x + [int(sum(a * b for a, b in zip(q, x)) > 0) ^ (r.random() < p)])
    return table


def nothing(r, rows):
    return [[-r.random() for _ in range(4)] + [r.randrange(2)] for _ in range(rows)]


def random_rows(r, rows):
    return noisy(r, rows, .5)


# name, expected, table, classes, network, loss, optimizer, train
SETUPS = [
    ("f19", "lr-vs-curvature", lambda r: digits(r, 2000), 10, "dense(64) -> relu", "cross_entropy", "sgd(lr: 5)", "batch: 50; epochs: 25"),
    ("f20", "lr-too-low", lambda r: digits(r, 2000), 10, "dense(64) -> relu", "cross_entropy", "sgd(lr: 1e-5)", "batch: 50; epochs: 25"),
    ("f21", "lr-vs-curvature", lambda r: digits(r, 2000), 10, "dense(64) -> relu -> dense(64) -> relu", "cross_entropy", "adam(lr: 0.3)", "batch: 50; epochs: 20"),
    ("f22", "epoch-periodic-loss", lambda r: sorted_classes(r, 1300), 4, "dense(32) -> relu", "cross_entropy", "sgd(lr: 0.1)", "batch: 32; epochs: 20; shuffle: false"),
    ("f27", "overfit", lambda r: noisy(r, 1500, .4), 2, "dense(128) -> relu -> dense(128) -> relu", "cross_entropy", "adam(lr: 3e-3)", "batch: 32; epochs: 60"),
    ("f31", "lr-vs-curvature", lambda r: linear(r, 1300), 0, "dense(32) -> relu -> dense(32) -> relu", "mse", "sgd(lr: 0.5)", "batch: 32; epochs: 30"),
    ("f43", "lr-oscillation", lambda r: digits(r, 2000), 10, "dense(64) -> relu", "cross_entropy", "sgd(lr: 1.2)", "batch: 50; epochs: 25"),
    ("f40", "clip-too-low", lambda r: digits(r, 2000), 10, "dense(64) -> relu", "cross_entropy", "clip_norm(1e-4) -> sgd(lr: 0.1)", "batch: 50; epochs: 25"),
    ("f42", "underfit-capacity", lambda r: circles(r, 1000), 2, "", "cross_entropy", "adam(lr: 0.01)", "batch: 32; epochs: 40"),
    ("f16", "no-signal", lambda r: nothing(r, 2600), 2, "dense(8) -> relu", "cross_entropy", "adam(lr: 1e-3)", "batch: 64; epochs: 20"),
    ("h02", "well", lambda r: circles(r, 1000), 2, "dense(32) -> relu -> dense(32) -> relu", "cross_entropy", "adam(lr: 3e-3)", "batch: 32; epochs: 60"),
    ("h06", "well", lambda r: digits(r, 2000), 10, "dense(64) -> relu", "cross_entropy", "sgd(lr: 0.1)", "batch: 50; epochs: 25"),
    ("h13", "well", lambda r: linear(r, 1300), 0, "dense(32) -> relu -> dense(32) -> relu", "mse", "sgd(lr: 0.02)", "batch: 32; epochs: 30"),
    ("h18", "well", lambda r: linear(r, 1300), 0, "dense(32) -> tanh", "mse", "sgd(lr: 0.1)", "batch: all; epochs: 300"),
    ("h20", "well", lambda r: linear(r, 300), 0, "dense(8) -> tanh", "mse", "adam(lr: cosine(1e-2..1e-5))", "batch: 32; epochs: 300"),
]


def write(folder, seed):
    folder.mkdir(parents=True, exist_ok=True)
    for name, expected, make, classes, network, loss, optimizer, train in SETUPS:
        table = make(random.Random(f"{name} {seed}"))
        width = len(table[0]) - 1
        header = ",".join([f"x{i}" for i in range(width)] + ["y"])
        lines = [",".join([f"{v:.6g}" for v in row[:-1]] + [f"{row[-1]:.6g}"]) for row in table]
        (folder / f"{name}.csv").write_text("\n".join([header] + lines) + "\n")
        kind = f"category(0..{classes - 1})" if classes else "real"
        (folder / f"{name}.lspec").write_text(f"""lspec 1
model: {name}
data: csv("{name}.csv")
columns {{
    y    : {kind}
    rest : real
}}
target: y
split: random(train: 70%, validation: 30%, test: 0%, seed: 1)
network {{ features{" -> " + network if network else ""} -> output(y) }}
loss:      {loss}
optimizer: {optimizer}
train      {{ {train}; seed: {seed} }}
""")
        print(name, expected)


write(pathlib.Path(sys.argv[1]), int(sys.argv[2]))
