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
    2: torch.tensor([[0.3, -1.0], [1.5, 0.1], [-2.0, 0.4], [0.0, 3.0], [5.0, -5.0]]),
    3: torch.tensor([[0.3, -1.0, 0.2], [1.5, 0.1, -0.7], [-2.0, 0.4, 3.0], [0.0, 0.0, 0.0], [5.0, -5.0, 1.0]]),
}
TARGETS = torch.tensor([[0.1], [-1.5], [0.0], [2.0], [-3.7]])
AMOUNTS = torch.tensor([[0.1], [1.5], [0.4], [2.0], [3.7]])
SHARES = torch.tensor([[0.1], [0.9], [0.0], [1.0], [0.35]])
LABELS = {2: torch.tensor([1, 0, 1, 1, 0]), 3: torch.tensor([2, 0, 1, 1, 0])}
ROW_WEIGHTS = torch.tensor([1.0, 0.5, 2.0, 0.25, 3.0])


def regression(function, targets=TARGETS):
    def loss(head, rows):
        each = function(head, targets).mean(dim=1)
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


def by_rows(function, weights):
    """A loss [rows] of a head and labels, averaged with the weights of the classes and rows."""
    def loss(head, rows):
        classes = 2 if head.shape[1] == 1 else head.shape[1]
        count = torch.ones(len(head)) if weights is None else torch.tensor(weights)[LABELS[classes]]
        count = count if rows is None else count * rows
        return (function(head, LABELS[classes]) * count).sum() / count.sum()
    return loss


def logits_of(head):
    return torch.cat([torch.zeros_like(head), head], dim=1) if head.shape[1] == 1 else head


def focal(gamma):
    def rows(head, labels):
        log_p = F.log_softmax(logits_of(head), dim=1).gather(1, labels[:, None])[:, 0]
        return -(1 - log_p.exp()) ** gamma * log_p
    return rows


def hinge(power):
    def rows(head, labels):
        if head.shape[1] == 1:
            return (1 - head[:, 0] * (2 * labels - 1)).clamp(min=0) ** power
        return F.multi_margin_loss(head, labels, p=power, reduction="none")
    return rows


def ordinal(head, labels):
    above = (labels[:, None] > torch.arange(head.shape[1])[None]).to(head.dtype)
    return F.binary_cross_entropy_with_logits(head, above, reduction="none").sum(dim=1)


def kl_classes(smoothing):
    def rows(head, labels):
        logits = logits_of(head)
        wanted = F.one_hot(labels, logits.shape[1]) * (1 - smoothing) + smoothing / logits.shape[1]
        return F.kl_div(F.log_softmax(logits, dim=1), wanted, reduction="none").sum(dim=1)
    return rows


def kl_shares(head, targets):
    wanted = torch.cat([1 - targets, targets], dim=1)
    return F.kl_div(F.log_softmax(logits_of(head), dim=1), wanted, reduction="none").sum(dim=1, keepdim=True)


def pinball(q):
    return lambda h, t: torch.maximum(q * (t - h), (q - 1) * (t - h))


def tweedie(p):
    return lambda z, y: torch.exp((2 - p) * z) / (2 - p) - y * torch.exp((1 - p) * z) / (1 - p)


def gaussian_nll(h, t):
    return F.gaussian_nll_loss(h[:, :1], t, h[:, 1:].exp(), eps=1e-30, reduction="none")


# entry, units of the head, its number (delta, gamma, q, p), label smoothing, class weights
LOSSES = [
    ("log_cosh", 1, 0, 0, None, regression(lambda h, t: torch.log(torch.cosh(h - t)))),
    ("quantile", 1, 0.5, 0, None, regression(pinball(0.5))),
    ("quantile", 1, 0.9, 0, None, regression(pinball(0.9))),
    ("mape", 1, 0, 0, None, regression(lambda h, t: (h - t).abs() / t.abs(), AMOUNTS)),
    ("msle", 1, 0, 0, None, regression(
        lambda h, t: (torch.log1p(h.clamp(min=-0.5)) + 2 * (h + 0.5).clamp(max=0) - torch.log1p(t)) ** 2, AMOUNTS)),
    ("poisson", 1, 0, 0, None, regression(lambda h, t: F.poisson_nll_loss(h, t, reduction="none"), AMOUNTS)),
    ("gamma", 1, 0, 0, None, regression(lambda z, y: z + y * torch.exp(-z), AMOUNTS)),
    ("tweedie", 1, 1.0, 0, None, regression(lambda h, t: F.poisson_nll_loss(h, t, reduction="none"), AMOUNTS)),
    ("tweedie", 1, 1.5, 0, None, regression(tweedie(1.5), AMOUNTS)),
    ("tweedie", 1, 2.0, 0, None, regression(lambda z, y: z + y * torch.exp(-z), AMOUNTS)),
    ("tweedie", 1, 3.0, 0, None, regression(tweedie(3.0), AMOUNTS)),
    ("gaussian_nll", 2, 0, 0, None, regression(gaussian_nll)),
    ("kl_divergence", 1, 0, 0, None, regression(kl_shares, SHARES)),
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


for weights in (None, [1.0, 3.0], [1.0, 2.0, 0.5]):
    for units in (1, 3):
        if weights is not None and len(weights) != max(units, 2):
            continue
        for gamma in (0.0, 0.5, 2.0):
            LOSSES.append(("focal", units, gamma, 0, weights, by_rows(focal(gamma), weights)))
        LOSSES.append(("hinge", units, 0, 0, weights, by_rows(hinge(1), weights)))
        LOSSES.append(("squared_hinge", units, 0, 0, weights, by_rows(hinge(2), weights)))
        for smoothing in (0.0, 0.1):
            LOSSES.append(("kl_divergence", units, 0, smoothing, weights, by_rows(kl_classes(smoothing), weights)))
    units = 1 if weights is not None and len(weights) == 2 else 2
    classes = units + 1
    ordinal_loss = (lambda w, c: lambda head, rows: weighted_ordinal(head, rows, w, c))(weights, classes)
    LOSSES.append(("ordinal_cross_entropy", units, 0, 0, weights, ordinal_loss))


def weighted_ordinal(head, rows, weights, classes):
    count = torch.ones(len(head)) if weights is None else torch.tensor(weights)[LABELS[classes]]
    count = count if rows is None else count * rows
    return (ordinal(head, LABELS[classes]) * count).sum() / count.sum()


CLASS_LOSSES = ("cross_entropy", "binary_cross_entropy", "focal", "hinge", "squared_hinge")


def level_count(entry, units, function):
    """0 for a real target."""
    if entry == "ordinal_cross_entropy":
        return units + 1
    is_class = entry in CLASS_LOSSES or (entry == "kl_divergence" and function.__qualname__.startswith("by_rows"))
    return (2 if units == 1 else units) if is_class else 0


def losses():
    rows = []
    for entry, units, delta, smoothing, weights, function in LOSSES:
        for row_weights in (None, ROW_WEIGHTS):
            head = HEADS[units].clone().requires_grad_(True)
            value = function(head, row_weights)
            value.backward()
            rows.append(f'{{"{entry}", {units}, {level_count(entry, units, function)}, {delta!r}, {smoothing!r}, {len(weights) if weights else 0}, '
                        f'{numbers(weights or [0])}, {"true" if row_weights is not None else "false"}, {value.item()!r}, '
                        f'{numbers(head.grad.flatten())}}},')
    return rows


def write(name, rows):
    (HERE / name).write_text("/* Made by tests/golden/make_catalog_golden.py with PyTorch " + torch.__version__.split("+")[0] + ". */\n"
                             + "\n".join(rows) + "\n")


write("activations.inc", activations())
write("losses.inc", losses())
