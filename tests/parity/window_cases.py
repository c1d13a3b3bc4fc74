#!/usr/bin/env python3
"""Parity cases of layers over images and sequences: convolutions, pools, upsample, reshape, transpose, flatten.

    venv/bin/python tests/parity/window_cases.py      (see make_golden.py, which makes these cases, too)

Images are channels-last here and channels-first in PyTorch: each layer below turns them and back, so that `flatten` keeps the
order height, width, channels. Tensors bear PyTorch's names and layouts in both.
"""
import math
import shutil

import numpy as np
import torch
from torch import nn
from torch.nn import functional

import make_golden as golden

HEIGHT, WIDTH, CHANNELS = 6, 5, 2
NUMBERS = HEIGHT * WIDTH * CHANNELS
IMAGE = f"reshape([{HEIGHT}, {WIDTH}, {CHANNELS}])"
SEQUENCE = "reshape([10, 6])"


def make_data():
    rng = np.random.default_rng(33)
    x = np.round(rng.normal(size=(golden.ROWS, NUMBERS)), 4).astype(np.float32)
    image = x.reshape(-1, HEIGHT, WIDTH, CHANNELS)
    y = (image[:, 1:4, 1:4, 0].sum(axis=(1, 2)) * 0.3 - image[:, 2, :, 1].max(axis=1) + 0.2 * rng.normal(size=golden.ROWS))
    y = np.round(y, 4).astype(np.float32)
    score = np.stack([image[:, :3].mean(axis=(1, 2, 3)), image[:, 3:].mean(axis=(1, 2, 3)), image[..., 0].max(axis=(1, 2)) * 0.1], axis=1)
    k = score.argmax(axis=1)
    with open(golden.CASES / "windows.csv", "w") as out:
        out.write(",".join(f"w{i}" for i in range(NUMBERS)) + ",y,k\n")
        for i in range(golden.ROWS):
            out.write(",".join([repr(float(v)) for v in x[i]] + [repr(float(y[i])), "pqr"[k[i]]]) + "\n")
    order = np.load(golden.CASES / "order.npy")
    return {"x": torch.tensor(x), "y": torch.tensor(y)[:, None], "k": torch.tensor(k), "order": order}


# ---- layers: (name of its tensors or None, module) ------------------------------------------------------------------------------

def missing(length, size, stride, dilation):
    """Places that `padding: same` adds before and behind, as TensorFlow counts them."""
    places = -(-length // stride)
    total = max((places - 1) * stride + (size - 1) * dilation + 1 - length, 0)
    return total // 2, total - total // 2


class Over(nn.Module):
    """A channels-first function of channels-last images or sequences."""

    def __init__(self, function, padding=None, size=1, stride=1, dilation=1, fill=0.0):
        super().__init__()
        self.function, self.padding, self.fill = function, padding, fill
        self.window = (size, stride, dilation)

    def forward(self, x):
        x = x.movedim(-1, 1)
        if self.padding == "same":
            pads = [missing(n, *self.window) for n in reversed(x.shape[2:])]
            x = functional.pad(x, [p for pair in pads for p in pair], value=self.fill)
        elif self.padding == "causal":
            size, _, dilation = self.window
            x = functional.pad(x, [(size - 1) * dilation, 0])
        return self.function(x).movedim(1, -1)


def conv2d(ins, filters, size, options="", stride=1, padding=None, dilation=1, groups=1, bias=True):
    make = lambda: nn.Conv2d(ins, filters, size, stride=stride, dilation=dilation, groups=groups, bias=bias)
    return "conv2d", f"conv2d({filters}, {size}x{size}{options})", make, (padding, size, stride, dilation)


def depthwise(ins, multiplier, size, options=""):
    make = lambda: nn.Conv2d(ins, ins * multiplier, size, groups=ins)
    return "depthwise_conv2d", f"depthwise_conv2d({size}x{size}, {multiplier}{options})", make, (None, size, 1, 1)


def conv1d(ins, filters, size, options="", stride=1, padding=None, dilation=1, groups=1):
    make = lambda: nn.Conv1d(ins, filters, size, stride=stride, dilation=dilation, groups=groups)
    return "conv1d", f"conv1d({filters}, {size}{options})", make, (padding, size, stride, dilation)


def plain(text, function):
    return None, text, lambda: Function(function), None


def over(text, function, padding=None, size=1, stride=1, fill=0.0):
    return None, text, lambda: Over(function, padding, size, stride, 1, fill), None


class Function(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)


def same_mean(size, stride):
    """The mean over what lies inside."""
    def mean(x):
        def padded(t):
            pads = [missing(n, size, stride, 1) for n in reversed(t.shape[2:])]
            return functional.pad(t, [p for pair in pads for p in pair])
        inside = functional.avg_pool2d(padded(torch.ones_like(x)), size, stride)
        return functional.avg_pool2d(padded(x), size, stride) / inside
    return mean


relu = plain("relu", functional.relu)
tanh = plain("tanh", torch.tanh)
flatten = plain("flatten", lambda x: x.flatten(1))
image = plain(IMAGE, lambda x: x.reshape(-1, HEIGHT, WIDTH, CHANNELS))
sequence = plain(SEQUENCE, lambda x: x.reshape(-1, 10, 6))
batch_norm = lambda width: ("batch_norm", "batch_norm", lambda: nn.BatchNorm2d(width), (None, 1, 1, 1))
layer_norm = lambda width: ("layer_norm", "layer_norm", lambda: nn.LayerNorm(width), None)
dense = lambda ins, units: ("dense", f"dense({units})", lambda: nn.Linear(ins, units), None)
max_pool = lambda size, stride=None: over(f"max_pool({size}x{size}" + (f", stride: {stride})" if stride else ")"),
                                          lambda x: functional.max_pool2d(x, size, stride))
global_avg_pool = plain("global_avg_pool", lambda x: x.flatten(1, -2).mean(dim=1))
global_max_pool = plain("global_max_pool", lambda x: x.flatten(1, -2).max(dim=1).values)


class Net(nn.Module):
    def __init__(self, layers, head, width, units):
        super().__init__()
        self.steps, self.head, counts = [], head, {}
        for kind, _, make, window in layers:
            module = make()
            if kind is not None:
                counts[kind] = counts.get(kind, 0) + 1
                setattr(self, f"{kind}_{counts[kind]}", module)
            padding, size, stride, dilation = window or (None, 1, 1, 1)
            self.steps.append(Over(module, padding, size, stride, dilation) if kind and window else module)
        setattr(self, head, nn.Linear(width, units))

    def forward(self, x):
        for step in self.steps:
            x = step(x)
        return getattr(self, self.head)(x)


# ---- the table: width of the flow before the output, layers ----------------------------------------------------------------------

def make_cases():
    return {
        "conv2d-valid": (4 * 3 * 4, [image, conv2d(2, 4, 3), relu, flatten]),
        "conv2d-same": (HEIGHT * WIDTH * 3, [image, conv2d(2, 3, 4, ", padding: same", padding="same"), tanh, flatten]),
        "conv2d-stride": (3 * 3 * 5, [image, conv2d(2, 5, 3, ", stride: 2, padding: same", 2, "same"), relu, flatten]),
        "conv2d-dilation": (HEIGHT * WIDTH * 4, [image, conv2d(2, 4, 2, ", padding: same, dilation: 2", 1, "same", 2), tanh, flatten]),
        "conv2d-groups": (4 * 3 * 6, [image, conv2d(2, 4, 1), tanh, conv2d(4, 6, 3, ", groups: 2", groups=2), tanh, flatten]),
        "conv2d-depthwise": (4 * 3 * 4, [image, conv2d(2, 4, 3, ", groups: 2", groups=2), relu, flatten]),
        "conv2d-deep": (8, [image, conv2d(2, 6, 3, ", padding: same, bias: false", 1, "same", bias=False), batch_norm(6), relu, max_pool(2),
                            conv2d(6, 8, 3, ", padding: same", 1, "same"), relu, global_avg_pool]),
        "conv2d-ties": (2 * 1 * 4, [image, conv2d(2, 4, 2), relu, max_pool(3, 1), relu, max_pool(2, 1), flatten]),
        "depthwise_conv2d": (4 * 3 * 5, [image, depthwise(2, 3, 3), conv2d(6, 5, 1), relu, flatten]),
        "conv1d-causal": (10 * 4, [sequence, conv1d(6, 4, 3, ", padding: causal, dilation: 2", 1, "causal", 2), tanh, flatten]),
        "conv1d-same": (5 * 4, [sequence, conv1d(6, 4, 4, ", stride: 2, padding: same", 2, "same"), relu, flatten]),
        "conv1d-pool": (4 * 4, [sequence, conv1d(6, 4, 3), relu, over("max_pool(2)", lambda x: functional.max_pool1d(x, 2)), flatten]),
        "conv1d-groups": (4, [sequence, conv1d(6, 6, 2, ", groups: 3", groups=3), tanh, conv1d(6, 4, 2), relu, global_max_pool]),
        "max_pool-same": (3 * 3 * 3, [image, conv2d(2, 3, 1), over("max_pool(3x3, stride: 2, padding: same)",
                                      lambda x: functional.max_pool2d(x, 3, 2), "same", 3, 2, -math.inf), flatten]),
        "avg_pool-valid": (2 * 2 * 3, [image, conv2d(2, 3, 1), relu, over("avg_pool(3x2)", lambda x: functional.avg_pool2d(x, (3, 2))),
                                       flatten]),
        "avg_pool-same": (3 * 3 * 3, [image, conv2d(2, 3, 1), relu, over("avg_pool(3x3, stride: 2, padding: same)", same_mean(3, 2)), flatten]),
        "avg_pool-sequence": (3 * 4, [sequence, conv1d(6, 4, 2), relu, over("avg_pool(3)", lambda x: functional.avg_pool1d(x, 3)), flatten]),
        "upsample": (12 * 15 * 2, [image, conv2d(2, 2, 3, ", padding: same", 1, "same"), relu,
                                   over("upsample(2x3)", lambda x: x.repeat_interleave(2, 2).repeat_interleave(3, 3)), flatten]),
        "transpose": (6 * 4, [sequence, plain("transpose([2, 1])", lambda x: x.transpose(1, 2)), dense(10, 4), tanh, flatten]),
        "image-norms": (3, [image, layer_norm(2), conv2d(2, 3, 2), tanh, global_avg_pool]),
        "sequence-dense": (10 * 3, [sequence, dense(6, 4), relu, dense(4, 3), tanh, flatten]),
    }


BOTH = ("conv2d-deep", "conv2d-groups", "conv1d-same", "depthwise_conv2d")  # with both losses


def write_spec(folder, name, layers, loss, optimizer):
    target, loss_text, _, _ = golden.LOSSES[loss]
    types = {"y": "real", "k": "category(p, q, r)"}
    columns = "".join(f"    {c} : {types[c] if c == target else 'ignore'}\n" for c in types)
    flow = "".join(f"      -> {text}\n" for _, text, _, _ in layers)
    (folder / "spec.lspec").write_text(f"""lspec 1
model: {name.replace('-', '_')}

data: csv("../windows.csv")

columns {{
    "w*" : real
{columns}}}

target: {target}
split:  random(train: 100%, validation: 0%, test: 0%, seed: 0)

network {{
    features
{flow}      -> output({target})
}}

loss:      {loss_text}
optimizer: {golden.OPTIMIZERS[optimizer][0]}
train      {{ batch: {golden.BATCH}; epochs: 10; seed: 1 }}
""")


def run(width, layers, loss, optimizer, data):
    target, _, units, loss_function = golden.LOSSES[loss]
    torch.manual_seed(7)
    model = Net(layers, f"output_{target}", width, units)
    state = lambda: {name: tensor.clone() for name, tensor in model.state_dict().items() if "num_batches" not in name}
    initial = state()
    update = golden.OPTIMIZERS[optimizer][1](model.parameters())
    for step in range(golden.STEPS):
        rows = data["order"][step]
        update.zero_grad()
        loss_function(model(data["x"][rows]), data[target][rows]).backward()
        update.step()
    return initial, state()


def make_all():
    data = make_data()
    count = 0
    for number, (name, (width, layers)) in enumerate(make_cases().items()):
        settings = (("mse", "momentum"), ("cross_entropy", "adam"))
        for loss, optimizer in settings if name in BOTH else settings[number % 2:][:1]:
            folder = golden.CASES / f"{name}-{loss}"
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            write_spec(folder, name, layers, loss, optimizer)
            initial, final = run(width, layers, loss, optimizer, data)
            golden.write_safetensors(folder / "init.safetensors", initial)
            golden.write_safetensors(folder / "expected.safetensors", final)
            count += 1
    return count


if __name__ == "__main__":
    print(f"{make_all()} cases")
