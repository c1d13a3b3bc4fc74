#!/usr/bin/env python3
"""Weights after 20 steps in PyTorch, from given initial weights and a given order of batches, for each case of the table below.

    python3 -m venv venv && venv/bin/pip install torch==2.13.0 numpy && venv/bin/python tests/parity/make_golden.py

writes tests/parity/cases/NAME/{spec.lspec,init.safetensors,expected.safetensors} and the data and the order that they share. PyTorch
is needed to make these files, never to run the test (tests/e2e/parity.sh), which reads them with Python's standard library.
"""
import json
import math
import pathlib
import shutil
import struct

import numpy as np
import torch
from torch import nn

HERE = pathlib.Path(__file__).parent
CASES = HERE / "cases"
ROWS, FEATURES, BATCH, STEPS = 96, 6, 16, 20
EPOCH_STEPS = ROWS // BATCH


# ---- data that all cases share ------------------------------------------------------------------------------------------------

def make_data():
    rng = np.random.default_rng(20)
    x = rng.normal(size=(ROWS, FEATURES)).astype(np.float32)
    y = (x[:, 0] * 1.5 - x[:, 1] + 0.5 * x[:, 2] * x[:, 3] + 0.3 * rng.normal(size=ROWS)).astype(np.float32)
    score = np.stack([x[:, 0] + x[:, 1], x[:, 2] - x[:, 3], x[:, 4] * x[:, 5]], axis=1) + 0.5 * rng.normal(size=(ROWS, 3))
    k = score.argmax(axis=1)
    b = (x[:, 0] - x[:, 4] + 0.4 * rng.normal(size=ROWS) > 0.3).astype(int)
    kind = rng.integers(0, 4, size=ROWS)
    with open(CASES / "data.csv", "w") as out:
        out.write(",".join(f"x{i}" for i in range(FEATURES)) + ",kind,y,k,b\n")
        for i in range(ROWS):
            cells = [repr(float(v)) for v in x[i]] + ["abcd"[kind[i]], repr(float(y[i])), "pqr"[k[i]], ["no", "yes"][b[i]]]
            out.write(",".join(cells) + "\n")
    order = np.stack([rng.permutation(ROWS)[:BATCH] for _ in range(STEPS)]).astype(np.int64)
    np.save(CASES / "order.npy", order)
    return {"x": torch.tensor(x), "y": torch.tensor(y)[:, None], "k": torch.tensor(k), "b": torch.tensor(b),
            "kind": torch.tensor(kind), "order": order}


# ---- safetensors --------------------------------------------------------------------------------------------------------------

def write_safetensors(path, tensors):
    header, data, at = {}, b"", 0
    for name, tensor in tensors.items():
        bytes_ = tensor.detach().numpy().astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [at, at + len(bytes_)]}
        data += bytes_
        at += len(bytes_)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


# ---- networks: the flow in the language, and the module with the names of its tensors -----------------------------------------

class Net(nn.Module):
    """Layers under the names of model.safetensors: `dense_1`, `batch_norm_1`, …, `output_TARGET`."""

    def __init__(self, layers, head, units, embedding=False, sequence=None):
        super().__init__()
        self.embedding_1 = nn.Embedding(4, 3) if embedding else None
        self.steps = []
        self.sequence = sequence  # (time, width): a row of features is a whole sequence
        counts = {}
        width = FEATURES + (3 if embedding else 0)
        probe = torch.zeros((1,) + sequence) if sequence else None
        if sequence:
            width = sequence[1]
        for kind, make in layers:
            module = make(width)
            if kind is not None:
                counts[kind] = counts.get(kind, 0) + 1
                setattr(self, f"{kind}_{counts[kind]}", module)
            self.steps.append(module)
            if isinstance(module, nn.Linear):
                width = module.out_features
            if isinstance(module, Swiglu):
                width //= 2
            if sequence:
                with torch.no_grad():
                    probe = module.eval()(probe)
                module.train()
                width = probe.shape[-1]
        setattr(self, head, nn.Linear(width, units))
        self.head = head

    def forward(self, x, kind):
        if self.embedding_1 is not None:
            x = torch.cat([x, self.embedding_1(kind)], dim=1)
        if self.sequence:
            x = x.reshape((-1,) + self.sequence)
        for step in self.steps:
            x = step(x)
        return getattr(self, self.head)(x)


class Swiglu(nn.Module):
    def forward(self, x):
        a, b = x.chunk(2, dim=-1)
        return nn.functional.silu(a) * b


def dense(units, bias=True):
    return ("dense", lambda width: nn.Linear(width, units, bias=bias))


def act(make):
    return (None, lambda width: make())


def batch_norm():
    return ("batch_norm", lambda width: nn.BatchNorm1d(width))


def layer_norm():
    return ("layer_norm", lambda width: nn.LayerNorm(width))


class Mean(nn.Module):
    def forward(self, x):
        return x.mean(dim=1)


def rms_norm():
    return ("rms_norm", lambda width: nn.RMSNorm(width, eps=1e-5))


def group_norm(groups):
    return ("group_norm", lambda width: nn.GroupNorm(groups, width))


class Last(nn.Module):
    """The final states of a recurrent layer, of both directions."""

    def __init__(self, make, width, **options):
        super().__init__()
        self.inner = make(width, batch_first=True, **options)

    def forward(self, x):
        state = self.inner(x)[1]
        state = state[0] if isinstance(state, tuple) else state
        return torch.cat(list(state[-2:]), dim=1) if self.inner.bidirectional else state[-1]


class Sequence(Last):
    def forward(self, x):
        return self.inner(x)[0]


class Attention(nn.MultiheadAttention):
    def __init__(self, width, heads, causal, bias=True):
        super().__init__(width, heads, batch_first=True, bias=bias)
        self.causal = causal

    def forward(self, x):
        mask = nn.Transformer.generate_square_subsequent_mask(x.shape[1]) if self.causal else None
        return super().forward(x, x, x, attn_mask=mask, need_weights=False)[0]


class Positions(nn.Module):
    def __init__(self, time, width):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(time, width) * 0.1)

    def forward(self, x):
        return x + self.weight


def recurrent(word, units, layers=1, bidirectional=False, sequence=False):
    make = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}[word]
    kind = Sequence if sequence else Last
    options = dict(hidden_size=units, num_layers=layers, bidirectional=bidirectional)
    return (word, lambda width: kind(make, width, **options))


def transformer(heads, ff, layers, pre):
    def make(width):
        layer = nn.TransformerEncoderLayer(width, heads, ff, dropout=0.0, batch_first=True, norm_first=pre)
        return nn.TransformerEncoder(layer, layers, enable_nested_tensor=False)
    return ("transformer", make)


MLP = ("dense(12) -> tanh -> dense(8) -> tanh", [dense(12), act(nn.Tanh), dense(8), act(nn.Tanh)])


def activation_net(word, make, units=12):
    return (f"dense({units}) -> {word}", [dense(units), act(make)])


# ---- losses ---------------------------------------------------------------------------------------------------------------------

def cross_entropy(**options):
    return lambda out, target: nn.functional.cross_entropy(out, target, **options)


def two_class(weights=None, smoothing=0.0):
    """One logit, the second level's: the cross entropy of (0, logit)."""
    def loss(out, target):
        logits = torch.cat([torch.zeros_like(out), out], dim=1)
        return nn.functional.cross_entropy(logits, target, weight=weights, label_smoothing=smoothing)
    return loss


LOSSES = {
    "mse": ("y", "mse", 1, nn.functional.mse_loss),
    "mae": ("y", "mae", 1, nn.functional.l1_loss),
    "huber": ("y", "huber(delta: 0.5)", 1, lambda o, t: nn.functional.huber_loss(o, t, delta=0.5)),
    "cross_entropy": ("k", "cross_entropy", 3, cross_entropy()),
    "cross_entropy_smoothed": ("k", "cross_entropy(label_smoothing: 10%)", 3, cross_entropy(label_smoothing=0.1)),
    "cross_entropy_weighted": ("k", "cross_entropy(class_weights: [1, 2, 0.5], label_smoothing: 5%)", 3,
                               cross_entropy(weight=torch.tensor([1.0, 2.0, 0.5]), label_smoothing=0.05)),
    "two_class": ("b", "cross_entropy", 1, two_class()),
    "two_class_weighted": ("b", "cross_entropy(class_weights: [1, 3])", 1, two_class(torch.tensor([1.0, 3.0]))),
    "binary_cross_entropy": ("b", "binary_cross_entropy", 1, two_class()),
    "binary_cross_entropy_weighted": ("b", "binary_cross_entropy(class_weights: [2, 1])", 1, two_class(torch.tensor([2.0, 1.0]))),
}

def quantiles(out, target):
    q = torch.tensor([0.1, 0.5, 0.9])
    return torch.maximum(q * (target - out), (q - 1) * (target - out)).mean()


def focal(out, target):
    log_p = nn.functional.log_softmax(out, dim=1).gather(1, target[:, None])
    return -((1 - log_p.exp()) ** 2 * log_p).mean()


def gaussian_nll(out, target):
    return nn.functional.gaussian_nll_loss(out[:, :1], target, out[:, 1:].exp(), eps=1e-30)


# Losses with one optimizer alone.
MORE_LOSSES = {
    "log_cosh": ("y", "log_cosh", 1, lambda o, t: torch.log(torch.cosh(o - t)).mean()),
    "quantile": ("y", "quantile([10%, 50%, 90%])", 3, quantiles),
    "gaussian_nll": ("y", "gaussian_nll", 2, gaussian_nll),
    "focal": ("k", "focal(gamma: 2)", 3, focal),
    "hinge": ("k", "hinge", 3, nn.functional.multi_margin_loss),
    "squared_hinge": ("k", "squared_hinge", 3, lambda o, t: nn.functional.multi_margin_loss(o, t, p=2)),
}

# Optimizers with one loss of numbers and one of classes alone.
MORE_OPTIMIZERS = {
    "nadam": ("nadam(lr: 5e-3, weight_decay: 1e-2)", lambda p: torch.optim.NAdam(p, lr=5e-3, weight_decay=1e-2)),
    "amsgrad": ("amsgrad(lr: 5e-3)", lambda p: torch.optim.Adam(p, lr=5e-3, amsgrad=True)),
    "radam": ("radam(lr: 5e-3)", lambda p: torch.optim.RAdam(p, lr=5e-3)),
    "adagrad": ("adagrad(lr: 0.05)", lambda p: torch.optim.Adagrad(p, lr=0.05)),
    "adadelta": ("adadelta(lr: 1)", lambda p: torch.optim.Adadelta(p, lr=1.0)),
    "lbfgs": ("lbfgs(lr: 0.05, history: 4)", lambda p: torch.optim.LBFGS(p, lr=0.05, max_iter=1, history_size=4)),
}

OPTIMIZERS = {
    "sgd": ("sgd(lr: 0.05)", lambda p: torch.optim.SGD(p, lr=0.05)),
    "momentum": ("sgd(lr: 0.02, momentum: 0.9)", lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.9)),
    "nesterov": ("sgd(lr: 0.02, momentum: 0.9, nesterov: true, weight_decay: 1e-2)",
                 lambda p: torch.optim.SGD(p, lr=0.02, momentum=0.9, nesterov=True, weight_decay=1e-2)),
    "adam": ("adam(lr: 5e-3)", lambda p: torch.optim.Adam(p, lr=5e-3)),
    "adam_decay": ("adam(lr: 5e-3, beta1: 0.8, beta2: 0.99, epsilon: 1e-6, weight_decay: 1e-2)",
                   lambda p: torch.optim.Adam(p, lr=5e-3, betas=(0.8, 0.99), eps=1e-6, weight_decay=1e-2)),
    "adamw": ("adamw(lr: 5e-3, weight_decay: 0.1)", lambda p: torch.optim.AdamW(p, lr=5e-3, weight_decay=0.1)),
    "rmsprop": ("rmsprop(lr: 2e-3)", lambda p: torch.optim.RMSprop(p, lr=2e-3)),
    **MORE_OPTIMIZERS,
    "rmsprop_momentum": ("rmsprop(lr: 1e-3, alpha: 0.95, momentum: 0.9)",
                         lambda p: torch.optim.RMSprop(p, lr=1e-3, alpha=0.95, momentum=0.9)),
}


# ---- the table of cases -----------------------------------------------------------------------------------------------------------

def case(loss="mse", optimizer="adam", net=MLP, chain="", clip=None, penalty="", penalty_loss=None, schedule=None, embedding=False,
         behind="", average=None, accumulate=1, limit=None,
         bonus=0.0, sequence=None):
    return dict(loss=loss, optimizer=optimizer, net=net, chain=chain, clip=clip, penalty=penalty, penalty_loss=penalty_loss,
                schedule=schedule, embedding=embedding, behind=behind, average=average, accumulate=accumulate, limit=limit, bonus=bonus, sequence=sequence)


def kernels(model):
    return [p for name, p in model.named_parameters() if p.dim() == 2 and "embedding" not in name]


def cosine(t, warmup=0):
    total = EPOCH_STEPS * 10
    if t < warmup:
        return 0.05 * (t + 1) / warmup
    return 1e-4 + 0.5 * (0.05 - 1e-4) * (1 + math.cos(math.pi * (t - warmup) / (total - warmup)))


def clip_norm(value):
    return lambda parameters: nn.utils.clip_grad_norm_(parameters, value)


def clip_value(value):
    return lambda parameters: nn.utils.clip_grad_value_(parameters, value)


def centralize(parameters):
    for p in parameters:
        if p.dim() == 2:
            p.grad -= p.grad.mean(dim=1, keepdim=True)


def one_cycle(t):
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=1.0)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.05, total_steps=EPOCH_STEPS * 10, cycle_momentum=False)
    for _ in range(t):
        optimizer.step()
        schedule.step()
    return optimizer.param_groups[0]["lr"]


def make_cases():
    cases = {}
    for loss in LOSSES:
        for optimizer in OPTIMIZERS:
            if optimizer not in MORE_OPTIMIZERS or loss in ("mse", "cross_entropy"):
                cases[f"{loss}-{optimizer}"] = case(loss, optimizer)
    LOSSES.update(MORE_LOSSES)
    # Where as many rows lie above a quantile as it wants, its bias has the gradient 0 but for rounding, of which adam makes whole
    # steps: in double precision PyTorch agrees with adam too.
    for loss in MORE_LOSSES:
        optimizer = "momentum" if loss == "quantile" else "adam"
        cases[f"{loss}-{optimizer}"] = case(loss, optimizer)
    cases["accumulate"] = case("mse", "adam", chain="accumulate(4) -> ", accumulate=4)
    cases["centralize"] = case("mse", "momentum", chain="centralize -> ", clip=centralize)
    cases["max_norm"] = case("mse", "momentum", ("dense(12, max_norm: 0.8) -> tanh", [dense(12), act(nn.Tanh)]), limit=0.8)
    cases["ema"] = case("mse", "adam", behind=" -> ema(0.9)", average=torch.optim.swa_utils.get_ema_multi_avg_fn(0.9))
    cases["one_cycle"] = case("mse", "sgd", schedule=("one_cycle(0.05)", one_cycle))
    activations = {
        "relu": nn.ReLU, "leaky_relu": nn.LeakyReLU, "prelu": nn.PReLU, "elu": nn.ELU, "selu": nn.SELU, "gelu": nn.GELU,
        "silu": nn.SiLU, "mish": nn.Mish, "sigmoid": nn.Sigmoid, "hard_sigmoid": nn.Hardsigmoid, "hard_swish": nn.Hardswish,
        "softplus": nn.Softplus, "softsign": nn.Softsign, "swiglu": Swiglu, "softmax": lambda: nn.Softmax(dim=-1),
    }
    for word, make in activations.items():
        flow, layers = activation_net(word, make)
        if word == "prelu":
            layers[1] = ("prelu", lambda width: nn.PReLU())
        cases[f"activation-{word}"] = case("mse", "adam", (flow, layers))
    # Without biases before it: their gradient is 0 but for rounding, and adam makes whole steps of rounding.
    cases["batch_norm"] = case("cross_entropy", "adam",
                               ("dense(12, bias: false) -> batch_norm -> relu -> dense(8, bias: false) -> batch_norm -> relu",
                                [dense(12, False), batch_norm(), act(nn.ReLU), dense(8, False), batch_norm(), act(nn.ReLU)]))
    cases["layer_norm"] = case("mse", "momentum", ("dense(12) -> layer_norm -> tanh", [dense(12), layer_norm(), act(nn.Tanh)]))
    cases["rms_norm"] = case("mse", "momentum", ("dense(12) -> rms_norm -> tanh", [dense(12), rms_norm(), act(nn.Tanh)]))
    cases["group_norm"] = case("mse", "momentum", ("dense(12) -> group_norm(3) -> tanh", [dense(12), group_norm(3), act(nn.Tanh)]))
    for loss in ("cross_entropy", "two_class"):
        cases[f"entropy_bonus-{loss}"] = case(loss, "momentum", penalty=" + entropy_bonus(0.3)", bonus=0.3)
    for word in ("lstm", "gru", "rnn"):
        for loss, optimizer in (("mse", "adam"), ("cross_entropy", "momentum")):
            cases[f"{word}-{optimizer}"] = case(loss, optimizer, (f"{word}(7)", [recurrent(word, 7)]), sequence=(3, 2))
        options = "layers: 2, bidirectional: true, return: sequence"
        cases[f"{word}-deep"] = case("mse", "adam", (f"{word}(5, {options}) -> {word}(4, bidirectional: true)", [
            recurrent(word, 5, 2, True, True), recurrent(word, 4, 1, True)]), sequence=(3, 2))
    mean = ("global_avg_pool", [act(lambda: Mean())])
    # A softmax does not see the keys' bias: its gradient is 0 but for rounding, of which adam makes whole steps.
    for optimizer, bias in (("adam", False), ("momentum", True)):
        options = "" if bias else ", bias: false"
        cases[f"attention-{optimizer}"] = case("mse", optimizer, (
            f"dense(8) -> positions -> attention(2{options}) -> tanh -> {mean[0]}",
            [dense(8), ("positions", lambda width: Positions(3, width)),
             ("attention", lambda width, bias=bias: Attention(width, 2, False, bias)), act(nn.Tanh)] + mean[1]), sequence=(3, 2))
    cases["attention-causal"] = case("cross_entropy", "momentum", (f"attention(1, causal: true) -> tanh -> {mean[0]}", [
        ("attention", lambda width: Attention(width, 1, True)), act(nn.Tanh)] + mean[1]), sequence=(3, 2))
    for norm in ("pre", "post"):
        for optimizer in ("nesterov", "momentum"):
            cases[f"transformer-{norm}-{optimizer}"] = case("mse", optimizer, (
                f"dense(8) -> transformer(4, 10, layers: 2, norm: {norm}) -> {mean[0]}",
                [dense(8), transformer(4, 10, 2, norm == "pre")] + mean[1]), sequence=(3, 2))
    cases["embedding"] = case("cross_entropy", "adam", embedding=True)
    cases["clip_norm"] = case("mse", "momentum", chain="clip_norm(0.3) -> ", clip=clip_norm(0.3))
    cases["clip_value"] = case("mse", "sgd", chain="clip_value(0.05) -> ", clip=clip_value(0.05))
    cases["l2"] = case("cross_entropy", "adam", penalty=" + l2(1e-2)",
                       penalty_loss=lambda m: 1e-2 * sum((p ** 2).sum() for p in kernels(m)))
    cases["l1"] = case("mse", "momentum", penalty=" + l1(1e-2)",
                       penalty_loss=lambda m: 1e-2 * sum(p.abs().sum() for p in kernels(m)))
    cases["cosine"] = case("mse", "sgd", schedule=("cosine(0.05..1e-4)", cosine))
    cases["cosine_warmup"] = case("mse", "sgd", schedule=("cosine(0.05..1e-4, warmup: 5 steps)", lambda t: cosine(t, 5)))
    cases["step"] = case("mse", "sgd", schedule=("step(0.05, every: 8 steps, factor: 0.5)", lambda t: 0.05 * 0.5 ** (t // 8)))
    return cases


def write_spec(folder, spec, name):
    target, loss_text, _, _ = LOSSES[spec["loss"]]
    optimizer = OPTIMIZERS[spec["optimizer"]][0]
    if spec["schedule"]:
        optimizer = optimizer.replace("lr: 0.05", f"lr: {spec['schedule'][0]}")
    types = {"y": "real", "k": "category(p, q, r)", "b": "category(no, yes)"}
    columns = "".join(f"    {c} : {types[c] if c == target else 'ignore'}\n" for c in types)
    kind = "category(a, b, c, d)" if spec["embedding"] else "ignore"
    flow = spec["net"][0]
    source = "concat(" + ", ".join(f"x{i}" for i in range(FEATURES)) + ", kind -> embedding(3))" if spec["embedding"] else "features"
    if spec["sequence"]:
        source += f" -> reshape({list(spec['sequence'])})"
    (folder / "spec.lspec").write_text(f"""lspec 1
model: {name.replace('-', '_')}

data: csv("../data.csv")

columns {{
    "x*" : real
    kind : {kind}
{columns}}}

target: {target}
split:  random(train: 100%, validation: 0%, test: 0%, seed: 0)

network {{
    {source} -> {flow} -> output({target})
}}

loss:      {loss_text}{spec['penalty']}
optimizer: {spec['chain']}{optimizer}{spec['behind']}
train      {{ batch: {BATCH}; epochs: 10; seed: 1 }}
""")


def tensors(model):
    return {name.replace(".inner.", "."): tensor for name, tensor in model.state_dict().items() if "num_batches" not in name}


def run(spec, data):
    target, _, units, loss_function = LOSSES[spec["loss"]]
    torch.manual_seed(7)
    model = Net(spec["net"][1], f"output_{target}", units, spec["embedding"], spec["sequence"])
    initial = {name: tensor.clone() for name, tensor in tensors(model).items()}
    optimizer = OPTIMIZERS[spec["optimizer"]][1](model.parameters())
    average = torch.optim.swa_utils.AveragedModel(model, multi_avg_fn=spec["average"]) if spec["average"] else None
    model.train()
    for step in range(STEPS):
        rows = data["order"][step]
        if spec["schedule"]:
            for group in optimizer.param_groups:
                group["lr"] = spec["schedule"][1](step)
        if step % spec["accumulate"] == 0:
            optimizer.zero_grad()
        out = model(data["x"][rows], data["kind"][rows])
        loss = loss_function(out, data[target][rows])
        if spec["bonus"]:
            logits = out if units > 1 else torch.cat([torch.zeros_like(out), out], dim=1)
            loss = loss - spec["bonus"] * torch.distributions.Categorical(logits=logits).entropy().mean()
        if spec["penalty_loss"]:
            loss = loss + spec["penalty_loss"](model)
        (loss / spec["accumulate"]).backward()
        if (step + 1) % spec["accumulate"] != 0:
            continue
        if spec["clip"]:
            spec["clip"](model.parameters())
        optimizer.step(lambda: loss)  # LBFGS asks for it again
        if spec["limit"]:
            with torch.no_grad():
                weight = model.dense_1.weight
                weight *= spec["limit"] / weight.norm(dim=1, keepdim=True).clamp(min=spec["limit"])
        if average:
            average.update_parameters(model)
    model = average.module if average else model
    return initial, tensors(model)


def main():
    import window_cases  # which uses what stands above

    shutil.rmtree(CASES, ignore_errors=True)
    CASES.mkdir()
    data = make_data()
    for name, spec in make_cases().items():
        folder = CASES / name
        folder.mkdir()
        write_spec(folder, spec, name)
        initial, final = run(spec, data)
        write_safetensors(folder / "init.safetensors", initial)
        write_safetensors(folder / "expected.safetensors", final)
    print(f"{len(make_cases()) + window_cases.make_all()} cases")


if __name__ == "__main__":
    main()
