"""A training command in PyTorch, for models of images with the layers below and cross-entropy.

Usage: train.py DATA ROUND OUT. DATA is yours: a folder with IDX files. 'trainer run --train-command "python3 train.py DATA"' adds the rest:
ROUND is a folder with model.safetensors, project.json and round.json; OUT is where the trained model goes.
"""

import json
import sys
from pathlib import Path

import torch
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "numpy"))
import images  # noqa: E402
import tensors  # noqa: E402


def build(model):
    """The document's model as a module whose parameters have the document's names."""
    network, shape = nn.Sequential(), list(model["input"])
    for place, layer in enumerate(model["layers"]):
        kind, name = layer["type"], layer.get("name", f"layer{place}")
        if kind == "linear":
            module = nn.Linear(shape[0], layer["out"])
        elif kind == "conv2d":
            module = nn.Conv2d(shape[0], layer["out"], layer["kernel"], layer.get("stride", 1), layer.get("padding", 0))
        elif kind == "maxPool2d":
            module = nn.MaxPool2d(layer["size"], layer.get("stride"))
        elif kind == "relu":
            module = nn.ReLU()
        elif kind == "flatten":
            module = nn.Flatten()
        else:
            raise SystemExit(f"this example does not know the layer {kind}; add it to {__file__}")
        network.add_module(name, module)
        shape = list(module(torch.zeros(1, *shape)).shape[1:])
    return network


def train(network, rules, settings, x, labels):
    """The document's optimizer with the round's settings."""
    options = {"lr": settings["learningRate"], "weight_decay": rules.get("weightDecay", 0)}
    optimizer = {
        "sgd": lambda: torch.optim.SGD(network.parameters(), momentum=rules.get("momentum", 0.9), **options),
        "adam": lambda: torch.optim.Adam(network.parameters(), **options),
        "adamw": lambda: torch.optim.AdamW(network.parameters(), **options),
    }[rules.get("optimizer", "sgd")]()
    for epoch in range(settings["localEpochs"]):
        right = 0
        for batch in torch.randperm(len(x)).split(settings["batchSize"]):
            optimizer.zero_grad()
            scores = network(x[batch])
            nn.functional.cross_entropy(scores, labels[batch]).backward()
            optimizer.step()
            right += (scores.argmax(dim=1) == labels[batch]).sum().item()
        print(f"epoch {epoch + 1}: {right / len(x):.1%} of {len(x)} samples are right")


def main(data, folder, out):
    folder = Path(folder)
    project = json.loads((folder / "project.json").read_text())
    settings = json.loads((folder / "round.json").read_text())
    network = build(project["model"])
    network.load_state_dict({name: torch.from_numpy(tensor) for name, tensor in tensors.read(folder / "model.safetensors").items()})
    x, labels = images.read_folder(data)
    x = torch.from_numpy(x).reshape(-1, *project["model"]["input"])
    train(network, project.get("training", {}), settings, x, torch.from_numpy(labels))
    tensors.write(out, {name: tensor.detach().numpy() for name, tensor in network.state_dict().items()})


if __name__ == "__main__":
    if len(sys.argv) != 4:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
