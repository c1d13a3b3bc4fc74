#!/usr/bin/env python3
"""compare_safetensors.py EXPECTED ACTUAL TOLERANCE: every tensor within TOLERANCE of the expected one, relative to the larger of
the element, a hundredth of the tensor's greatest element and 0.001 (what cancels to nearly 0 has few digits in either framework). Prints the largest difference; exit status 1 where one is too large.
Python's standard library alone."""
import array
import json
import struct
import sys


def read(path):
    data = open(path, "rb").read()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8:8 + length])
    tensors = {}
    for name, row in header.items():
        if name == "__metadata__":
            continue
        begin, end = row["data_offsets"]
        values = array.array({"F32": "f", "F64": "d"}[row["dtype"]])
        values.frombytes(data[8 + length + begin:8 + length + end])
        tensors[name] = (row["shape"], values)
    return tensors


def main():
    expected, actual, tolerance = read(sys.argv[1]), read(sys.argv[2]), float(sys.argv[3])
    if set(expected) != set(actual):
        sys.exit(f"tensors differ: {sorted(set(expected) ^ set(actual))}")
    worst, where = 0.0, ""
    for name, (shape, values) in expected.items():
        if shape != actual[name][0]:
            sys.exit(f"{name}: shape {actual[name][0]}, expected {shape}")
        floor = max(max((abs(v) for v in values), default=0.0) / 100, 1e-3)
        for a, b in zip(values, actual[name][1]):
            difference = abs(a - b) / max(abs(a), floor)
            if not difference <= worst:
                worst, where = difference, f"{name}: {b!r}, expected {a!r}"
    print(f"{worst:.2e}")
    if not worst <= tolerance:
        sys.exit(f"{where} ({worst:.2e} > {tolerance:g})")


main()
