"""Turns images into features by a frozen base, for a project that trains an adapter on them.

Usage: features.py DATA OUT.csv. DATA is a folder with IDX files. The base here is a layer of random weights that everybody draws from the same
seed; in its place use the network that your project builds on, up to its last hidden layer. All parties must use the same one.
"""

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "numpy"))
import images  # noqa: E402

SEED, FEATURES = 20, 32


def base(x):
    """The frozen base: it is never trained, and never leaves this machine."""
    draw = np.random.default_rng(SEED)
    weights = draw.standard_normal((x.shape[1], FEATURES)).astype(np.float32) / np.sqrt(x.shape[1])
    return np.maximum((x - 0.5) @ weights, 0)


def main(data, out):
    x, labels = images.read_folder(data)
    table = np.column_stack([base(x), labels])
    np.savetxt(out, table, delimiter=",", fmt=["%.6f"] * FEATURES + ["%d"])
    print(f"{len(table)} rows of {FEATURES} features in {out}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
