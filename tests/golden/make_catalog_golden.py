#!/usr/bin/env python3
"""Values and derivatives of activations and losses in PyTorch, in double precision.

    python3 -m venv venv && venv/bin/pip install torch==2.13.0 numpy && venv/bin/python tests/golden/make_catalog_golden.py

writes tests/golden/activations.inc and tests/golden/losses.inc, rows of C that tests/unit/catalog includes. PyTorch is needed to make
these files, never to run the tests.
"""
import pathlib

import torch
import torch.nn.functional as F
from torch import nn

torch.set_default_dtype(torch.float64)
HERE = pathlib.Path(__file__).parent


def numbers(values):
    return "{" + ", ".join(repr(float(v)) for v in values) + "}"


# Not 3 and -3, where the kinks of the hard ones are a matter of choice; 0 is there.
POINTS = [-50.0, -20.0, -3.5, -2.0, -1.0, -0.5, -1e-3, 0.0, 1e-3, 0.5, 1.0, 2.0, 3.5, 20.0, 50.0]

ACTIVATIONS = {
    "relu": F.relu, "leaky_relu": F.leaky_relu, "prelu": lambda x: F.prelu(x, torch.tensor([0.25])), "elu": F.elu,
    "selu": F.selu, "gelu": F.gelu, "silu": F.silu, "mish": F.mish, "tanh": torch.tanh, "sigmoid": torch.sigmoid,
    "hard_sigmoid": F.hardsigmoid, "hard_swish": F.hardswish, "softplus": lambda x: F.softplus(x, threshold=1e9),
    "softsign": F.softsign,
}


def activations():
    rows = []
    for name, function in ACTIVATIONS.items():
        x = torch.tensor(POINTS, requires_grad=True)
        y = function(x)
        y.sum().backward()
        rows.append(f'{{"{name}", {numbers(y)}, {numbers(x.grad)}}},')
    return rows


HEADS = {
    1: torch.tensor([[0.3], [-1.2], [2.5], [0.0], [-4.0]]),
    3: torch.tensor([[0.3, -1.0, 0.2], [1.5, 0.1, -0.7], [-2.0, 0.4, 3.0], [0.0, 0.0, 0.0], [5.0, -5.0, 1.0]]),
}
TARGETS = torch.tensor([[0.1], [-1.5], [0.0], [2.0], [-3.7]])
LABELS = {2: torch.tensor([1, 0, 1, 1, 0]), 3: torch.tensor([2, 0, 1, 1, 0])}
ROW_WEIGHTS = torch.tensor([1.0, 0.5, 2.0, 0.25, 3.0])


def regression(function):
    def loss(head, rows):
        each = function(head, TARGETS)[:, 0]
        return each.mean() if rows is None else (each * rows).sum() / rows.sum()
    return loss


def classification(weights, smoothing):
    def loss(head, rows):
        classes = 2 if head.shape[1] == 1 else head.shape[1]
        logits = torch.cat([torch.zeros_like(head), head], dim=1) if classes == 2 else head
        weight = None if weights is None else torch.tensor(weights)
        if rows is None:
            return F.cross_entropy(logits, LABELS[classes], weight=weight, label_smoothing=smoothing)
        each = F.cross_entropy(logits, LABELS[classes], weight=weight, label_smoothing=smoothing, reduction="none")
        own = torch.ones(classes) if weight is None else weight
        return (each * rows).sum() / (own[LABELS[classes]] * rows).sum()
    return loss


# entry, units of the head, delta, label smoothing, class weights
LOSSES = [
    ("mse", 1, 0, 0, None, regression(lambda h, t: (h - t) ** 2)),
    ("mae", 1, 0, 0, None, regression(lambda h, t: F.l1_loss(h, t, reduction="none"))),
    ("huber", 1, 1.0, 0, None, regression(lambda h, t: F.huber_loss(h, t, reduction="none", delta=1.0))),
    ("huber", 1, 0.3, 0, None, regression(lambda h, t: F.huber_loss(h, t, reduction="none", delta=0.3))),
]
for entry in ("cross_entropy", "binary_cross_entropy"):
    for weights in (None, [1.0, 3.0], [0.2, 0.7]):
        for smoothing in (0.0, 0.1):
            LOSSES.append((entry, 1, 0, smoothing, weights, classification(weights, smoothing)))
for weights in (None, [1.0, 2.0, 0.5]):
    for smoothing in (0.0, 0.1):
        LOSSES.append(("cross_entropy", 3, 0, smoothing, weights, classification(weights, smoothing)))


def losses():
    rows = []
    for entry, units, delta, smoothing, weights, function in LOSSES:
        for row_weights in (None, ROW_WEIGHTS):
            head = HEADS[units].clone().requires_grad_(True)
            value = function(head, row_weights)
            value.backward()
            rows.append(f'{{"{entry}", {units}, {delta!r}, {smoothing!r}, {len(weights) if weights else 0}, '
                        f'{numbers(weights or [0])}, {"true" if row_weights is not None else "false"}, {value.item()!r}, '
                        f'{numbers(head.grad.flatten())}}},')
    return rows


def write(name, rows):
    (HERE / name).write_text("/* Made by tests/golden/make_catalog_golden.py with PyTorch " + torch.__version__.split("+")[0] + ". */\n"
                             + "\n".join(rows) + "\n")


write("activations.inc", activations())
write("losses.inc", losses())
