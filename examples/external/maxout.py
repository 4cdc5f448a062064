"""A model that only this program computes: a maxout network (Goodfellow et al., 2013) in NumPy, whose hidden units are the larger of two linear maps.

Usage: maxout.py train DATA ROUND OUT           trains the model in the folder ROUND by its round.json, and writes it to OUT
       maxout.py measure DATA FOLDER OUT SET    writes loss and accuracy of the model in FOLDER on the set, root or test, to OUT

DATA is yours: a folder with IDX files. 'trainer run' and 'aggregator run' add what comes after it.
"""

import json
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent / "numpy"))

import images  # noqa: E402
import tensors  # noqa: E402

PIECES = 2
LAYER = "maxout."


def forward(weights, x):
    """Which of its maps each hidden unit takes, what it gives, and each class's probability."""
    maps = x @ weights[LAYER + "hidden.weight"].T + weights[LAYER + "hidden.bias"]
    maps = maps.reshape(len(x), -1, PIECES)
    chosen = maps.argmax(axis=2)
    hidden = maps.max(axis=2)
    scores = hidden @ weights[LAYER + "output.weight"].T + weights[LAYER + "output.bias"]
    scores = np.exp(scores - scores.max(axis=1, keepdims=True))
    return chosen, hidden, scores / scores.sum(axis=1, keepdims=True)


def gradients(weights, x, labels):
    """Of the mean cross-entropy of a batch, by the names of the weights."""
    chosen, hidden, slope = forward(weights, x)
    slope[np.arange(len(labels)), labels] -= 1
    slope /= len(labels)
    back = slope @ weights[LAYER + "output.weight"]
    maps = np.zeros(back.shape + (PIECES,), np.float32)
    np.put_along_axis(maps, chosen[:, :, None], back[:, :, None], axis=2)
    maps = maps.reshape(len(x), -1)
    return {
        LAYER + "hidden.weight": maps.T @ x,
        LAYER + "hidden.bias": maps.sum(axis=0),
        LAYER + "output.weight": slope.T @ hidden,
        LAYER + "output.bias": slope.sum(axis=0),
    }


def train(data, folder, out):
    folder = Path(folder)
    settings = json.loads((folder / "round.json").read_text())
    momentum = json.loads((folder / "project.json").read_text())["training"]["momentum"]
    weights = tensors.read(folder / "model.safetensors")
    x, labels = images.read_folder(data)
    velocity = {name: np.zeros_like(tensor) for name, tensor in weights.items()}
    order = np.random.default_rng()
    for epoch in range(settings["localEpochs"]):
        for batch in np.array_split(order.permutation(len(x)), -(-len(x) // settings["batchSize"])):
            for name, slope in gradients(weights, x[batch], labels[batch]).items():
                velocity[name] = momentum * velocity[name] + slope
                weights[name] -= settings["learningRate"] * velocity[name]
        _, _, classes = forward(weights, x)
        print(f"epoch {epoch + 1}: {np.mean(classes.argmax(axis=1) == labels):.1%} of {len(x)} samples are right")
    tensors.write(out, weights)


def measure(data, folder, out, which):
    split = {"root": "train", "test": "t10k"}[which]
    if not (Path(data) / f"{split}-images-idx3-ubyte").exists():
        return
    x, labels = images.read_folder(data, split)
    _, _, classes = forward(tensors.read(Path(folder) / "model.safetensors"), x)
    loss = -np.log(np.maximum(classes[np.arange(len(x)), labels], 1e-30)).mean()
    Path(out).write_text(json.dumps({"loss": float(loss), "accuracy": float(np.mean(classes.argmax(axis=1) == labels))}))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["train", data, folder, out]:
            train(data, folder, out)
        case ["measure", data, folder, out, "root" | "test" as which]:
            measure(data, folder, out, which)
        case _:
            raise SystemExit(__doc__)
