"""The tiny model is the same wherever it is made, and trained weights can take the place of random ones."""

import hashlib
from pathlib import Path

import gguf
import numpy as np
import pytest

from model.make_tiny_model import (
    CONTROL_TOKENS,
    Shape,
    byte_vocabulary,
    learn_vocabulary,
    made_up_code,
    make_tiny_model,
    random_weights,
    shapes_of,
    write_model,
)


def test_two_makings_are_byte_for_byte_one(tmp_path: Path) -> None:
    for name in ("a", "b"):
        make_tiny_model(tmp_path / name)

    first, second = ((tmp_path / name).read_bytes() for name in ("a", "b"))
    assert hashlib.sha256(first).hexdigest() == hashlib.sha256(second).hexdigest()
    assert len(first) < 1 << 20


def test_the_vocabulary_has_every_byte_and_every_control_token_once() -> None:
    vocabulary = learn_vocabulary(made_up_code(1, 200), merges=100)

    assert len(set(vocabulary.tokens)) == len(vocabulary.tokens)
    assert sum(len(token) == 1 for token in vocabulary.tokens) == 256
    assert vocabulary.tokens[-len(CONTROL_TOKENS) :] == CONTROL_TOKENS
    assert all("".join(merge.split(" ")) in vocabulary.tokens for merge in vocabulary.merges)


def test_trained_weights_are_what_the_file_holds(tmp_path: Path) -> None:
    shape, vocabulary = Shape(layers=1), learn_vocabulary(made_up_code(1, 200), merges=100)
    weights = {name: np.full(size, 0.5, np.float32) for name, size in shapes_of(shape, len(vocabulary.tokens))}

    write_model(tmp_path / "m.gguf", shape, vocabulary, weights)

    tensors = {tensor.name: tensor for tensor in gguf.GGUFReader(tmp_path / "m.gguf").tensors}
    assert set(tensors) == set(weights)
    assert all(np.all(tensor.data == 0.5) for tensor in tensors.values())


def test_weights_of_another_shape_are_refused_and_no_file_is_left(tmp_path: Path) -> None:
    shape, vocabulary = Shape(layers=1), learn_vocabulary(made_up_code(1, 200), merges=100)
    weights = dict(random_weights(shape, len(vocabulary.tokens), 1)) | {"output_norm.weight": np.ones(3, np.float32)}

    with pytest.raises(ValueError, match=r"output_norm.weight is \(3,\) and not \(64,\)"):
        write_model(tmp_path / "m.gguf", shape, vocabulary, weights)

    assert not (tmp_path / "m.gguf").exists()


def test_quantized_weights_are_as_near_as_eight_bits_allow(tmp_path: Path) -> None:
    shape, vocabulary = Shape(layers=1), byte_vocabulary()
    weights = random_weights(shape, len(vocabulary.tokens), 1)

    write_model(tmp_path / "m.gguf", shape, vocabulary, weights, quantized=True)

    for tensor in gguf.GGUFReader(tmp_path / "m.gguf").tensors:
        given, kept = weights[tensor.name], gguf.quants.dequantize(tensor.data, tensor.tensor_type)
        assert np.abs(given - kept).max() <= np.abs(given).max() / 127, tensor.name


def test_bytes_are_the_whole_of_the_byte_vocabulary_but_for_control_tokens() -> None:
    vocabulary = byte_vocabulary()

    assert len(vocabulary.tokens) == len(set(vocabulary.tokens)) == 256 + len(CONTROL_TOKENS)
    assert [merge for merge in vocabulary.merges if merge.replace(" ", "") in vocabulary.tokens] == []
