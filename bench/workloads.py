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
    # A row is a sequence of `sequence` steps and features; one real target.
    "W5": dict(features=512, sequence=(64, 8), batch=64, classes=0, flow="lstm(64)"),
    "W6": dict(features=1024, sequence=(64, 16), batch=32, classes=0,
               flow="dense(64) -> positions -> transformer(4, 128, layers: 2, norm: post) -> global_avg_pool"),
}
SPEC = """lspec 1
model: {name}
data: csv("{name}.csv")
columns {{
    y    : {target}
    rest : real
}}
target: y
split:  random(train: 100%, validation: 0%, test: 0%)
network {{
    features{layers} -> output(y)
}}
loss:      {loss}
optimizer: adam(lr: 1e-3)
train      {{ batch: {batch}; epochs: {epochs}; seed: 1 }}
"""


def table(workload):
    rng = np.random.default_rng(1)
    x = rng.random((ROWS, workload["features"]), dtype=np.float32) * 2 - 1
    if workload["classes"] == 0:
        y = rng.random(ROWS, dtype=np.float32)
    elif workload["classes"] == 2:
        y = (x[:, 0] + x[:, 1] > 0).astype(np.int64)
    else:
        y = rng.integers(0, workload["classes"], ROWS)
    return x, y


def layers(workload):
    if "sequence" in workload:
        return f" -> reshape({list(workload['sequence'])}) -> {workload['flow']}"
    return "".join(f" -> dense({units}) -> relu" for units in workload["hidden"])


def write(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name, workload in WORKLOADS.items():
        x, y = table(workload)
        header = ",".join([f"x{i}" for i in range(x.shape[1])] + ["y"])
        np.savetxt(folder / f"{name}.csv", np.column_stack([x, y]), fmt=["%.7g"] * x.shape[1] + ["%.7g" if y.dtype == np.float32 else "%d"], delimiter=",",
                   header=header, comments="")
        classes = workload["classes"]
        (folder / f"{name}.lspec").write_text(SPEC.format(
            name=name, target=f"category(0..{classes - 1})" if classes else "real", layers=layers(workload),
            loss="cross_entropy" if classes else "mse", batch=workload["batch"], epochs=40 if name == "W1" else 12))


def sequence_module(name, time, width):
    import torch
    from torch import nn

    class Lstm(nn.Module):
        def __init__(self):
            super().__init__()
            self.lstm, self.head = nn.LSTM(width, 64, batch_first=True), nn.Linear(64, 1)

        def forward(self, x):
            return self.head(self.lstm(x.reshape(-1, time, width))[0][:, -1])

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.input, self.positions = nn.Linear(width, 64), nn.Parameter(torch.zeros(time, 64))
            layer = nn.TransformerEncoderLayer(64, 4, 128, dropout=0.0, batch_first=True)
            self.encoder, self.head = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False), nn.Linear(64, 1)

        def forward(self, x):
            x = self.input(x.reshape(-1, time, width)) + self.positions
            return self.head(self.encoder(x).mean(1))

    return Lstm() if name == "W5" else Encoder()


def torch_module(name, workload):
    from torch import nn
    if "sequence" in workload:
        return sequence_module(name, *workload["sequence"])
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
    y = y if workload["classes"] else y[:, None]
    batch, best = workload["batch"], float("inf")
    for traced in (False, True):
        model = torch_module(name, workload)
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, foreach=True)
        forward = torch.jit.trace(model, x[:batch], check_trace=False) if traced else model
        loss_function = torch.nn.CrossEntropyLoss() if workload["classes"] else torch.nn.MSELoss()

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
