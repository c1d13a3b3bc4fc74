#!/usr/bin/env python3
"""Writes transforms.json: fits and values of scikit-learn and scipy on columns drawn here, for the transforms that learn.

Needs numpy, scipy and scikit-learn; run it where they are and commit the result. The columns lie in the file, so that the
tests need neither. Versions are recorded in it.
"""
import json
import pathlib
import sys

import numpy
import scipy
import sklearn
from scipy import stats
from sklearn.decomposition import PCA
from sklearn.feature_selection import f_classif, f_regression
from sklearn.preprocessing import KBinsDiscretizer, PowerTransformer, QuantileTransformer, TargetEncoder


def column(x):
    return numpy.asarray(x, dtype=float)[:, None]


def scaled(x):
    present = x[~numpy.isnan(x)]
    uniform = QuantileTransformer(n_quantiles=100, output_distribution="uniform", subsample=10**9).fit(column(x))
    normal = QuantileTransformer(n_quantiles=100, output_distribution="normal", subsample=10**9).fit(column(x))
    power = PowerTransformer(method="yeo-johnson").fit(column(x))
    result = {
        "quantile_uniform": uniform.transform(column(x))[:, 0],
        "quantile_normal": normal.transform(column(x))[:, 0],
        "yeo_johnson": {"exponent": power.lambdas_[0], "values": power.transform(column(x))[:, 0]},
        "bins_quantile": KBinsDiscretizer(7, encode="ordinal", strategy="quantile", subsample=None, quantile_method="linear")
        .fit(column(present)).bin_edges_[0],
        "bins_width": KBinsDiscretizer(7, encode="ordinal", strategy="uniform", subsample=None)
        .fit(column(present)).bin_edges_[0],
    }
    if present.min() > 0:
        power = PowerTransformer(method="box-cox").fit(column(x))
        result["box_cox"] = {"exponent": power.lambdas_[0], "values": power.transform(column(x))[:, 0]}
    return result


def sets(random):
    x = random.normal(size=(60, 5)) @ random.normal(size=(5, 5)) + numpy.array([0, 5, -3, 100, 0.5])
    pca = PCA(n_components=3, svd_solver="full").fit(x)
    number = x[:, 1] * 2 - x[:, 3] + random.normal(size=60)
    label = (x[:, 0] + random.normal(size=60) > 0).astype(int) + (x[:, 2] > 0)
    region = random.choice(["east", "north", "south", "west"], size=60)
    encoder = TargetEncoder(smooth=10.0, target_type="continuous").fit(region[:, None], number)
    return {
        "x": x, "number": number, "label": label, "region": region.tolist(),
        "pca": {"mean": pca.mean_, "variance": pca.explained_variance_, "values": pca.transform(x)},
        "f_regression": f_regression(x, number)[0], "f_classif": f_classif(x, label)[0],
        "target_encode": dict(zip(encoder.categories_[0].tolist(), encoder.encodings_[0].tolist())),
        "prior": number.mean(),
    }


def plain(value):
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, numpy.ndarray):
        return [plain(item) for item in value.tolist()]
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return None if numpy.isnan(value) else value
    return value.item() if isinstance(value, numpy.generic) else value


def main():
    random = numpy.random.default_rng(20)
    gaps = random.normal(3, 2, 300).round(3)
    gaps[::7] = numpy.nan
    columns = {
        "lognormal": numpy.exp(random.normal(0, 1.3, 400)).round(6),
        "negative": (-random.gamma(2, 30, 250)).round(4),
        "ties": random.integers(0, 6, 200).astype(float),
        "gaps": gaps,
        "short": numpy.array([2.0, 9.0, 4.0]),
        "cauchy": stats.cauchy.rvs(size=150, random_state=3).round(5),
    }
    result = {
        "versions": {"python": sys.version.split()[0], "numpy": numpy.__version__, "scipy": scipy.__version__,
                     "sklearn": sklearn.__version__},
        "made_by": "make_transforms_golden.py",
        "columns": {name: {"input": x, **scaled(x)} for name, x in columns.items()},
        "set": sets(random),
    }
    path = pathlib.Path(__file__).with_name("transforms.json")
    path.write_text(json.dumps(plain(result), indent=None, separators=(", ", ": ")).replace('}, "', '},\n"') + "\n")


if __name__ == "__main__":
    main()
