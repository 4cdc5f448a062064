"""A training command in NumPy alone, for models of flatten, linear and relu layers with cross-entropy.

Usage: train.py DATA ROUND OUT. DATA is yours: a folder with IDX files. 'trainer run --train-command "python3 train.py DATA"' adds the rest:
ROUND is a folder with model.safetensors, project.json and round.json; OUT is where the trained model goes.
"""

import json
import sys
from pathlib import Path

import numpy as np

import images
import tensors


def forward(layers, weights, x):
    """What goes into every layer, and what comes out of the last."""
    inputs = []
    for layer in layers:
        inputs.append(x)
        if layer["type"] == "linear":
            x = x @ weights[layer["name"] + ".weight"].T + weights[layer["name"] + ".bias"]
        elif layer["type"] == "relu":
            x = np.maximum(x, 0)
    return inputs, x


def gradients(layers, weights, x, labels):
    """Of the mean cross-entropy of a batch, by the names of the weights."""
    inputs, scores = forward(layers, weights, x)
    scores = np.exp(scores - scores.max(axis=1, keepdims=True))
    slope = scores / scores.sum(axis=1, keepdims=True)
    slope[np.arange(len(labels)), labels] -= 1
    slope /= len(labels)
    found = {}
    for layer, given in zip(reversed(layers), reversed(inputs)):
        if layer["type"] == "linear":
            found[layer["name"] + ".weight"] = slope.T @ given
            found[layer["name"] + ".bias"] = slope.sum(axis=0)
            slope = slope @ weights[layer["name"] + ".weight"]
        elif layer["type"] == "relu":
            slope = slope * (given > 0)
    return found


def train(project, settings, weights, x, labels):
    """Stochastic gradient descent with the document's momentum and the round's settings; changes the weights."""
    layers = project["model"]["layers"]
    unknown = {layer["type"] for layer in layers} - {"flatten", "linear", "relu"}
    rules = project.get("training", {})
    if unknown or project["model"]["loss"] != "crossEntropy" or rules.get("optimizer", "sgd") != "sgd":
        raise SystemExit(f"this example cannot train {', '.join(unknown) or 'with another loss or optimizer'}; see examples/pytorch")
    momentum, decay = rules.get("momentum", 0.9), rules.get("weightDecay", 0)
    velocity = {name: np.zeros_like(tensor) for name, tensor in weights.items()}
    order = np.random.default_rng()
    for epoch in range(settings["localEpochs"]):
        for batch in np.array_split(order.permutation(len(x)), -(-len(x) // settings["batchSize"])):
            for name, slope in gradients(layers, weights, x[batch], labels[batch]).items():
                velocity[name] = momentum * velocity[name] + slope + decay * weights[name]
                weights[name] -= settings["learningRate"] * velocity[name]
        _, scores = forward(layers, weights, x)
        print(f"epoch {epoch + 1}: {np.mean(scores.argmax(axis=1) == labels):.1%} of {len(x)} samples are right")


def main(data, folder, out):
    folder = Path(folder)
    project = json.loads((folder / "project.json").read_text())
    settings = json.loads((folder / "round.json").read_text())
    weights = tensors.read(folder / "model.safetensors")
    train(project, settings, weights, *images.read_folder(data))
    tensors.write(out, weights)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
