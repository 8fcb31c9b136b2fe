"""The trained model in the repository is the one that its script describes."""

import gguf
import numpy as np

from llama_engine import TRAINED
from model.make_tiny_model import TRAINED_SHAPE, byte_vocabulary, shapes_of


def test_it_is_small_enough_to_stand_in_a_repository() -> None:
    assert TRAINED.stat().st_size <= 4_000_000


def test_it_has_the_shape_and_the_vocabulary_of_the_training() -> None:
    reader = gguf.GGUFReader(TRAINED)
    vocabulary = byte_vocabulary().tokens

    field = reader.get_field("tokenizer.ggml.tokens")
    assert field is not None
    assert tuple(field.contents()) == vocabulary
    shapes = {tensor.name: tuple(int(size) for size in reversed(tensor.shape)) for tensor in reader.tensors}
    assert shapes == dict(shapes_of(TRAINED_SHAPE, len(vocabulary)))


def test_its_matrices_are_eight_bits_wide_and_every_number_is_one() -> None:
    kinds: set[tuple[bool, gguf.GGMLQuantizationType]] = set()
    for tensor in gguf.GGUFReader(TRAINED).tensors:
        kinds.add((len(tensor.shape) > 1, tensor.tensor_type))
        assert np.isfinite(gguf.quants.dequantize(tensor.data, tensor.tensor_type)).all(), tensor.name

    assert kinds == {(True, gguf.GGMLQuantizationType.Q8_0), (False, gguf.GGMLQuantizationType.F32)}
