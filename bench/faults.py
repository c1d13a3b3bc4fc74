#!/usr/bin/env python3
"""How well faults are found and mended: the rates of specs/faulty/runs and specs/healthy.

    faults.py BUILD ROWS [--seeds N] [--no-repair] [--only NAME,…] [--keep DIR]

ROWS is the built specs/faulty/rows.c. For each faulty set-up and seed (data and weights vary): is it detected (any error or warning of
`lspec check` or of the run), is the first finding an accepted cause, is it the only one above a note; and with the first seed, does
`lspec doctor --apply` bring it to its pass value in 4 of 5 runs, and how often does a random legal edit do that. For each healthy
set-up: warnings and errors, of which there must be none.
"""
import argparse
import json
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

RANDOM_EDITS = 10


def lspec(*words):
    return subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, text=True)


class Setup:
    def __init__(self, path):
        self.path, self.name, self.text = path, path.stem, path.read_text()
        head = dict(re.findall(r"^# (rows|accepted|pass): (.*)$", self.text, re.M))
        self.rows, self.accepted = head["rows"], head.get("accepted", "").split()
        self.wanted = head.get("pass", "")


def place(setup, rows, folder, seed):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{setup.name}.csv").write_text(lspec(rows, setup.rows, str(seed)).stdout)
    spec = folder / f"{setup.name}.lspec"
    spec.write_text(setup.text)
    return spec


def check(build, spec):
    said = [json.loads(line) for line in lspec(f"{build}/lspec", "check", "--json", str(spec)).stdout.splitlines()]
    return [m["name"] for m in said if m["severity"] != "note"], any(m["severity"] == "error" for m in said)


def run(build, spec, seeds, folder):
    """The diagnosis of a run from each seed; [] where it does not compile."""
    trainer = folder / (spec.stem + ".trainer")
    if lspec(f"{build}/lspec", "build", str(spec), "-o", str(trainer)).returncode:
        return []
    results = []
    for seed in seeds:
        out = folder / f"run{seed}"
        lspec(str(trainer), "train", "--quiet", "--seed", str(seed), "--out", str(out))
        path = out / "diagnosis.json"
        results.append(json.loads(path.read_text()) if path.exists() else {"findings": [], "yardstick": {}})
        shutil.rmtree(out, ignore_errors=True)
    return results


def value(diagnosis, wanted):
    part, key = wanted.split()[0].split(".")
    yardstick = diagnosis["yardstick"]
    found = yardstick.get("R_validation") if part == "last" else yardstick.get(part, {}).get(key)
    return -1 if found is None else found


def passes(results, wanted, before):
    words = wanted.split()
    limit = float(words[2])
    if "above" in words:
        limit += sorted(value(d, wanted) for d in before)[len(before) // 2] if before else -1
    return len(results) > 0 and sum(value(d, wanted) >= limit for d in results) >= 0.8 * len(results)


def random_edit(text, number):
    """One edit among those that prescriptions are made of."""
    chance = random.Random(f"{len(text)} {number}")
    scale = lambda m, base: f"{m[1]}{float(m[2]) * base ** chance.choice([-2, -1, 1, 2]):g}"
    whole = lambda m: f"{m[1]}{max(1, round(int(m[2]) * 2.0 ** chance.choice([-2, -1, 1, 2])))}"
    number_at = r"([0-9][0-9.e-]*)"
    layers = chance.choice(["dense(16) -> relu -> ", "dense(64) -> relu -> ", "dense(32) -> tanh -> ", "dropout(20%) -> "])
    optimizer = chance.choice(["sgd(lr: 0.1)", "sgd(lr: 0.01, momentum: 0.9)", "adam(lr: 1e-3)", "rmsprop(lr: 1e-3)"])
    activation = chance.choice(["relu", "tanh", "sigmoid", "leaky_relu", "gelu", "elu"])
    edits = [
        lambda t: re.sub(r"(lr: (?:\w+\()?)" + number_at, lambda m: scale(m, 10), t, count=1),
        lambda t: re.sub(r"(batch: +)(\d+)", whole, t, count=1),
        lambda t: re.sub(r"(epochs: +)(\d+)", whole, t, count=1),
        lambda t: re.sub(r"-> (relu|tanh|sigmoid)\b", f"-> {activation}", t, count=1),
        lambda t: re.sub(r"(?m)^(optimizer: *).*$", rf"\g<1>{optimizer}", t),
        lambda t: re.sub(r"output\(", layers + "output(", t, count=1),
        lambda t: re.sub(r"(?m)^(loss: .*)$", r"\1 + l2(1e-3)", t),
    ]
    return chance.choice(edits)(text)


def repair(options, setup, folder):
    """Whether the doctor mends it, the share of random edits that do, and what it did."""
    spec = place(setup, options.rows, folder / "repair", 1)
    seeds = range(11, 16)
    before = run(options.build, spec, seeds, folder / "repair")
    said = lspec(f"{options.build}/lspec", "doctor", "--apply", "--json", str(spec))
    report = json.loads(said.stdout) if said.stdout.startswith("{") else {"certain": [], "applied": []}
    good = passes(run(options.build, spec, seeds, folder / "repair"), setup.wanted, before)
    titles = [c["title"] for c in report["certain"] + report["applied"]]
    lucky = 0
    for number in range(RANDOM_EDITS):
        spec.write_text(random_edit(setup.text, number))
        lucky += passes(run(options.build, spec, seeds, folder / "repair"), setup.wanted, before)
    return good, lucky / RANDOM_EDITS, titles


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("rows")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--no-repair", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--folder", default="")
    options = parser.parse_args()
    root = pathlib.Path(__file__).parent.parent / "specs"
    only = set(filter(None, options.only.split(",")))
    picked = lambda folder: [s for s in map(Setup, sorted(folder.glob("*.lspec"))) if not only or s.name in only]
    counts = dict.fromkeys(["runs", "detected", "cause", "single", "setups", "mended", "false", "healthy"], 0)
    lucky = 0.0
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(options.folder or temporary)
        for setup in picked(root / "faulty/runs"):
            tally = []
            for seed in range(1, options.seeds + 1):
                spec = place(setup, options.rows, folder / setup.name, seed)
                names, failed = check(options.build, spec)
                if not failed:
                    for diagnosis in run(options.build, spec, [seed], folder / setup.name):
                        names += [f["name"] for f in diagnosis["findings"] if f["severity"] != "note"]
                tally.append(names)
            good = sum(len(n) > 0 for n in tally), sum(n[:1] != [] and n[0] in setup.accepted for n in tally), sum(len(n) == 1 for n in tally)
            counts["runs"] += len(tally)
            for key, one in zip(["detected", "cause", "single"], good):
                counts[key] += one
            line = f"{setup.name}  detected {good[0]}/{len(tally)}  cause {good[1]}  single {good[2]}  {sorted(set(map(tuple, tally)))}"
            if not options.no_repair:
                mended, chance, titles = repair(options, setup, folder / setup.name)
                counts["setups"] += 1
                counts["mended"] += mended
                lucky += chance
                line += f"\n     {'mended' if mended else 'NOT MENDED'} by {titles}; by chance {100 * chance:.0f} %"
            print(line, flush=True)
        for setup in picked(root / "healthy"):
            for seed in range(1, options.seeds + 1):
                spec = place(setup, options.rows, folder / setup.name, seed)
                names, _ = check(options.build, spec)
                results = run(options.build, spec, [seed], folder / setup.name)
                names += [f["name"] for d in results for f in d["findings"] if f["severity"] != "note"]
                counts["healthy"] += 1
                counts["false"] += bool(names) or not results
                if names or not results:
                    print(f"{setup.name} seed {seed}: FALSE ALARM {names}", flush=True)
    share = lambda key, of: f"{key} {counts[key]}/{counts[of]}" + (f" ({100 * counts[key] / counts[of]:.0f} %)" if counts[of] else "")
    print(share("detected", "runs"), share("cause", "runs"), share("single", "runs"), sep="  ")
    if counts["setups"]:
        print(share("mended", "setups"), f"by chance {100 * lucky / counts['setups']:.0f} %", sep="  ")
    print("false alarms", share("false", "healthy"))
    worst = counts["detected"] < counts["runs"] or counts["false"] > 0
    return int(worst)


sys.exit(main())
