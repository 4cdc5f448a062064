"""Safetensors files in NumPy: eight bytes of length, a JSON header, the numbers. https://github.com/huggingface/safetensors#format"""

import json
from pathlib import Path

import numpy as np


def read(path):
    """The float32 tensors of a file, by name."""
    data = Path(path).read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:start])
    tensors = {}
    for name, tensor in header.items():
        if name == "__metadata__":
            continue
        if tensor["dtype"] != "F32":
            raise SystemExit(f"{path}: tensor {name} is {tensor['dtype']}, expected F32")
        begin, end = tensor["data_offsets"]
        tensors[name] = np.frombuffer(data[start + begin : start + end], "<f4").reshape(tensor["shape"]).copy()
    return tensors


def write(path, tensors):
    """Writes float32 tensors."""
    header, offset = {}, 0
    for name, tensor in tensors.items():
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [offset, offset + 4 * tensor.size]}
        offset += 4 * tensor.size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for tensor in tensors.values():
            file.write(np.ascontiguousarray(tensor, "<f4").tobytes())
