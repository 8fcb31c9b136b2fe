"""A language model of half a megabyte for tests against a real engine: Qwen 2's architecture and control tokens.

    python tests/model/make_tiny_model.py build/tiny-model/random.gguf

Everything in it is made here, so its licence is the repository's: the vocabulary is byte-level BPE learnt from made-up
code, the weights are random numbers from a fixed seed. Such a model says nothing sensible, but it tokenizes, fills a
cache, is cancelled and runs out of context as a real one does. `train_tiny_model.py` makes one that says something,
and writes it with :func:`write_model`.

The format is GGUF (ggml's `docs/gguf.md`); which keys llama.cpp wants for `qwen2` is in its `src/llama-arch.cpp`.
"""

import argparse
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final, TypeAlias

import gguf
import numpy as np
from numpy.typing import NDArray

CONTROL_TOKENS: Final = (
    "<|endoftext|>",
    "<|im_start|>",
    "<|im_end|>",
    "<|fim_prefix|>",
    "<|fim_middle|>",
    "<|fim_suffix|>",
    "<|fim_pad|>",
    "<|repo_name|>",
    "<|file_sep|>",
)
ROPE_BASE: Final = 10_000.0
MERGES: Final = 759
"""With the 256 bytes and the control tokens, about a thousand entries."""

_WORD: Final = re.compile(
    r"(?:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\w]?[A-Za-z]+|\d| ?[^\s\w]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+|_+"
)
"""How Qwen 2 cuts a text before BPE (`LLAMA_VOCAB_PRE_TYPE_QWEN2`), for the ASCII text learnt from."""

_KEYWORDS: Final = "and as assert class def elif else for from if import in is lambda not or raise return self while with yield None True False"
_SYLLABLES: Final = "ar ba cor del el fin gor hal in jo ka lo mer no or pi que ra sol ta ul ven wo xi yo zan"

Weights: TypeAlias = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Shape:
    """The numbers of a Qwen 2 model; `context` is the window it was (or would be) trained for."""

    layers: int = 2
    width: int = 64
    heads: int = 2
    kv_heads: int = 1
    inner: int = 128
    context: int = 8192


TRAINED_SHAPE: Final = Shape(layers=3, width=128, heads=4, kv_heads=4, inner=256, context=1024)
"""Of the model that `train_tiny_model.py` makes; its vocabulary is :func:`byte_vocabulary`."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Byte-level BPE: `tokens` in order (bytes, merged pairs, control tokens), `merges` as GGUF spells them."""

    tokens: tuple[str, ...]
    merges: tuple[str, ...]


def made_up_code(seed: int, lines: int) -> str:
    """Lines that look like code, out of keywords and made-up names."""
    rng = random.Random(seed)
    keywords, syllables = _KEYWORDS.split(), _SYLLABLES.split()
    names = [
        "_".join("".join(rng.choices(syllables, k=rng.choice((2, 3)))) for _ in range(rng.choice((1, 1, 2))))
        for _ in range(900)
    ]
    endings = ("(", ")", ":", " = ", ", ", ".", "()", " == ", '"', "):\n", "[", "]", " -> ", "\n")

    def line() -> str:
        words = (rng.choice(keywords if rng.random() < 0.3 else names) + rng.choice(endings) for _ in range(6))
        return " " * (4 * rng.randrange(4)) + " ".join(words) + "\n"

    return "".join(line() for _ in range(lines))


def learn_vocabulary(text: str, merges: int = MERGES) -> Vocabulary:
    """The vocabulary whose pairs are the most frequent of `text`; the smaller pair first where two are as frequent."""
    letters = _letters_of_bytes()
    counted = Counter(_WORD.findall(text))
    words = [([letters[byte] for byte in word.encode()], count) for word, count in counted.items()]
    learnt: list[tuple[str, str]] = []
    while len(learnt) < merges:
        pairs: Counter[tuple[str, str]] = Counter()
        for parts, count in words:
            for pair in pairwise(parts):
                pairs[pair] += count
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        learnt.append(best)
        for parts, _ in words:
            _merge(parts, best)
    tokens = dict.fromkeys([*letters, *(first + second for first, second in learnt)])
    return Vocabulary((*tokens, *CONTROL_TOKENS), tuple(f"{first} {second}" for first, second in learnt))


def byte_vocabulary() -> Vocabulary:
    """A token for each byte and no other but the control tokens: a text is cut the same wherever it is broken off.

    llama.cpp wants some merge; the one that is given makes no token that there is, so that it is never applied.
    """
    letters = _letters_of_bytes()
    return Vocabulary((*letters, *CONTROL_TOKENS), (f"{letters[0]} {letters[0]}",))


def shapes_of(shape: Shape, vocabulary: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Every tensor's GGUF name and its shape as numpy has it: rows are outputs. The head is the embedding's own."""
    key_width = shape.width // shape.heads * shape.kv_heads
    yield "token_embd.weight", (vocabulary, shape.width)
    for layer in range(shape.layers):
        block = f"blk.{layer}"
        yield f"{block}.attn_norm.weight", (shape.width,)
        for part, width in (("q", shape.width), ("k", key_width), ("v", key_width)):
            yield f"{block}.attn_{part}.weight", (width, shape.width)
            yield f"{block}.attn_{part}.bias", (width,)
        yield f"{block}.attn_output.weight", (shape.width, shape.width)
        yield f"{block}.ffn_norm.weight", (shape.width,)
        yield f"{block}.ffn_gate.weight", (shape.inner, shape.width)
        yield f"{block}.ffn_up.weight", (shape.inner, shape.width)
        yield f"{block}.ffn_down.weight", (shape.width, shape.inner)
    yield "output_norm.weight", (shape.width,)


def random_weights(shape: Shape, vocabulary: int, seed: int) -> Weights:
    """Weights that keep the activations' size: norms are 1, matrices spread by the root of what they sum over."""
    rng = np.random.default_rng(seed)
    weights: dict[str, NDArray[np.float32]] = {}
    for name, size in shapes_of(shape, vocabulary):
        if "norm" in name:
            weights[name] = np.ones(size, np.float32)
        else:
            spread = 0.0 if name.endswith("bias") else size[-1] ** -0.5
            weights[name] = (rng.standard_normal(size) * spread).astype(np.float32)
    return weights


def write_model(path: Path, shape: Shape, vocabulary: Vocabulary, weights: Weights, *, quantized: bool = False) -> None:
    """The model as a GGUF file, its matrices in eight bits if `quantized`; in its place only when it is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    writer = gguf.GGUFWriter(part, "qwen2")
    writer.add_name("tiny")
    writer.add_block_count(shape.layers)
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_feed_forward_length(shape.inner)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(ROPE_BASE)
    _write_vocabulary(writer, vocabulary)
    for name, size in shapes_of(shape, len(vocabulary.tokens)):
        if weights[name].shape != size:
            raise ValueError(f"{name} is {weights[name].shape} and not {size}")
        if quantized and len(size) > 1:
            eight = gguf.GGMLQuantizationType.Q8_0
            writer.add_tensor(name, gguf.quants.quantize(weights[name], eight), raw_dtype=eight)
        else:
            writer.add_tensor(name, weights[name])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    part.replace(path)


def make_tiny_model(path: Path, *, seed: int = 7) -> None:
    """The model with random weights."""
    shape, vocabulary = Shape(), learn_vocabulary(made_up_code(seed, 1500))
    write_model(path, shape, vocabulary, random_weights(shape, len(vocabulary.tokens), seed))


def _write_vocabulary(writer: gguf.GGUFWriter, vocabulary: Vocabulary) -> None:
    plain = len(vocabulary.tokens) - len(CONTROL_TOKENS)
    kinds = [gguf.TokenType.NORMAL] * plain + [gguf.TokenType.CONTROL] * len(CONTROL_TOKENS)
    end_of_text = plain + CONTROL_TOKENS.index("<|endoftext|>")
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(list(vocabulary.tokens))
    writer.add_token_types(kinds)
    writer.add_token_merges(list(vocabulary.merges))
    writer.add_eos_token_id(end_of_text)
    writer.add_pad_token_id(end_of_text)
    writer.add_add_bos_token(value=False)


def _merge(parts: list[str], pair: tuple[str, str]) -> None:
    at = 0
    while at < len(parts) - 1:
        if (parts[at], parts[at + 1]) == pair:
            parts[at : at + 2] = ["".join(pair)]
        at += 1


def _letters_of_bytes() -> list[str]:
    """GPT-2's printable letter for each byte."""
    printable = {*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAC + 1), *range(0xAE, 0xFF + 1)}
    hidden = iter(range(256, 512))
    return [chr(byte) if byte in printable else chr(next(hidden)) for byte in range(256)]


def main() -> None:
    """Write the file named on the command line."""
    parser = argparse.ArgumentParser(description="Make the tiny model of the tests.")
    parser.add_argument("path", type=Path)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    make_tiny_model(options.path, seed=options.seed)


if __name__ == "__main__":
    main()
