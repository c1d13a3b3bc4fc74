"""The peer of bench/csv.c: the same kind of file read by pandas, in processor time as there; csv_pandas.py [ROWS]. 2,400,000 rows are
500 MB."""
import os
import sys
import tempfile
import time

import numpy as np
import pandas as pd

rows, columns = int(sys.argv[1]) if len(sys.argv) > 1 else 300_000, 20
values = np.random.default_rng(1).uniform(-100, 100, (rows, columns))
values[:, 1::3] = np.trunc(values[:, 1::3] * 1e4) / 1e4
frame = pd.DataFrame(values, columns=["x%d" % i for i in range(columns)])
for i in range(2, columns, 3):
    frame["x%d" % i] = (values[:, i] * 10).astype(int)
with tempfile.NamedTemporaryFile(suffix=".csv") as file:
    frame.to_csv(file.name, index=False)
    size = os.path.getsize(file.name)
    for precision in (None, "round_trip"):
        best = min(-time.process_time() + (pd.read_csv(file.name, float_precision=precision), time.process_time())[1]
                   for _ in range(5))
        print("%.1f MB, pandas %s, float_precision=%s: %.3f s, %.0f MB/s"
              % (size / 1e6, pd.__version__, precision, best, size / 1e6 / best))
