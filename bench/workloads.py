#!/usr/bin/env python3
"""The workloads of `make bench`: synthetic tables, specs, and the same models in PyTorch.

    workloads.py write FOLDER                   FOLDER/W1.csv, W1.lspec, …
    workloads.py torch FOLDER WORKLOAD SECONDS  prints `microseconds a step` of PyTorch: Adam, the gather of the batch included

PyTorch runs eagerly with fused (foreach) Adam, and traced; the better of both is printed. Threads: OMP_NUM_THREADS.
"""
import os
import pathlib
import statistics
import sys
import time

import numpy as np

ROWS = 8192
WORKLOADS = {
    "W1": dict(features=30, hidden=[64, 32], classes=2, batch=32),
    "W3": dict(features=784, hidden=[512, 256], classes=10, batch=128),
}
SPEC = """lspec 1
model: {name}
data: csv("{name}.csv")
columns {{
    y    : category(0..{top})
    rest : real
}}
target: y
split:  random(train: 100%, validation: 0%, test: 0%)
network {{
    features{layers} -> output(y)
}}
loss:      cross_entropy
optimizer: adam(lr: 1e-3)
train      {{ batch: {batch}; epochs: {epochs}; seed: 1 }}
"""


def table(workload):
    rng = np.random.default_rng(1)
    x = rng.random((ROWS, workload["features"]), dtype=np.float32) * 2 - 1
    if workload["classes"] == 2:
        y = (x[:, 0] + x[:, 1] > 0).astype(np.int64)
    else:
        y = rng.integers(0, workload["classes"], ROWS)
    return x, y


def write(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name, workload in WORKLOADS.items():
        x, y = table(workload)
        header = ",".join([f"x{i}" for i in range(x.shape[1])] + ["y"])
        np.savetxt(folder / f"{name}.csv", np.column_stack([x, y]), fmt=["%.7g"] * x.shape[1] + ["%d"], delimiter=",",
                   header=header, comments="")
        layers = "".join(f" -> dense({units}) -> relu" for units in workload["hidden"])
        (folder / f"{name}.lspec").write_text(SPEC.format(name=name, top=workload["classes"] - 1, layers=layers,
                                                          batch=workload["batch"], epochs=40 if name == "W1" else 12))


def torch_module(workload):
    from torch import nn
    layers, width = [], workload["features"]
    for units in workload["hidden"]:
        layers += [nn.Linear(width, units), nn.ReLU()]
        width = units
    # The trainer has one logit for two classes; two units are PyTorch's usual way.
    return nn.Sequential(*layers, nn.Linear(width, workload["classes"]))


def time_torch(name, seconds):
    import torch
    workload = WORKLOADS[name]
    torch.manual_seed(1)
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    torch.set_flush_denormal(True)
    x, y = (torch.from_numpy(a) for a in table(workload))
    batch, best = workload["batch"], float("inf")
    for traced in (False, True):
        model = torch_module(workload)
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, foreach=True)
        forward = torch.jit.trace(model, x[:batch], check_trace=False) if traced else model
        loss_function = torch.nn.CrossEntropyLoss()

        def epoch(steps):
            order = torch.randperm(ROWS)
            begin = time.perf_counter()
            for step in range(steps):
                at = (step * batch) % (ROWS - batch + 1)
                rows = order[at:at + batch]
                optimizer.zero_grad(set_to_none=True)
                loss_function(forward(x[rows]), y[rows]).backward()
                optimizer.step()
            return (time.perf_counter() - begin) / steps

        epoch(30)
        steps = max(3, min(200, int(0.15 / epoch(10))))
        times, end = [], time.perf_counter() + seconds / 2
        while time.perf_counter() < end or len(times) < 5:
            times.append(epoch(steps))
        best = min(best, statistics.median(times))
    print(f"{best * 1e6:.1f}")


if __name__ == "__main__":
    if sys.argv[1] == "write":
        write(pathlib.Path(sys.argv[2]))
    else:
        time_torch(sys.argv[3], float(sys.argv[4]))
