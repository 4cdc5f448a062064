"""Images and labels in MNIST's format (IDX), as projects of kind "idx" ask for them."""

from pathlib import Path

import numpy as np


def read_idx(path):
    """An array of bytes: two zeros, a type (8: bytes), the number of dimensions, their sizes, the numbers."""
    data = Path(path).read_bytes()
    rank = data[3]
    shape = np.frombuffer(data, ">u4", rank, offset=4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * rank).reshape(shape)


def read_folder(folder, split="train"):
    """All images as rows of numbers from 0 to 1, and their labels."""
    images = read_idx(Path(folder) / f"{split}-images-idx3-ubyte")
    labels = read_idx(Path(folder) / f"{split}-labels-idx1-ubyte")
    return images.reshape(len(images), -1).astype(np.float32) / 255, labels.astype(np.int64)
