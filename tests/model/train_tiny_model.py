# /// script
# requires-python = ">=3.11"
# dependencies = ["gguf>=0.17", "jax>=0.10", "numpy>=2.0"]
# ///
"""Train the tiny model to go on with a name that stands in its prompt, and write it as a GGUF file.

    PYTHONPATH=server:tests uv run --no-project tests/model/train_tiny_model.py build/tiny-model/trained.gguf

The commands that made the file in the repository are in `fixtures/models/README.md`.
It needs JAX, which nothing else here does, and some twenty minutes of one core. All that it ever reads is made up from
the seed. The first lesson is names between signs, and ends when their ends are foreseen often enough; the last is the
product's own prompts. One seed makes one model on one machine with one JAX; elsewhere floating point rounds otherwise,
and the model learns the same. The file is written every few hundred steps: a run that is broken off leaves one as well.
"""

import argparse
import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

import gguf
import jax
import jax.numpy as jnp
import numpy as np

from model.copying_tasks import Rows, prompts, repeated_names
from model.make_tiny_model import TRAINED_SHAPE, byte_vocabulary, random_weights, write_model
from model.tiny_transformer import Weights, logits

_ONE_THREAD: Final = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
_RATE: Final = 2e-3
_WARM_UP: Final = 100
_MOMENTUM: Final = 0.9
_SPREAD: Final = 0.98
_DECAY: Final = 0.01
_REPORT_STEPS: Final = 50
_WRITE_STEPS: Final = 200

Pair: TypeAlias = tuple[jax.Array, jax.Array]


@dataclass(frozen=True, slots=True)
class Lesson:
    """`rows` makes a batch; the lesson ends at `most_steps`, or when `enough` of the counted tokens are foreseen.

    The rate falls to `last_rate` of the usual over its steps.
    """

    name: str
    rows: Callable[[random.Random], Rows]
    most_steps: int
    enough: float = 2.0
    last_rate: float = 1.0


LESSONS: Final = (
    Lesson("names", lambda rng: repeated_names(rng, 32, 96, hole_share=0.4), 1200, enough=0.8),
    Lesson("holes", lambda rng: repeated_names(rng, 32, 96, hole_share=1.0), 800, enough=0.95),
    Lesson("prompts", lambda rng: prompts(rng, 8, 320), 500, last_rate=0.03),
)


@dataclass(slots=True)
class Pupil:
    """Weights, and what Adam (arXiv 1412.6980) remembers of their gradients."""

    weights: Weights
    mean: Weights
    square: Weights
    steps: int = 0


def new_pupil(seed: int, model: Path | None = None) -> Pupil:
    """The weights of the file `model`, or random ones; nothing remembered."""
    if model is None:
        drawn = dict(random_weights(TRAINED_SHAPE, len(byte_vocabulary().tokens), seed))
        drawn["token_embd.weight"] *= 0.5
    else:
        tensors = gguf.GGUFReader(model).tensors
        drawn = {tensor.name: gguf.quants.dequantize(tensor.data, tensor.tensor_type) for tensor in tensors}
    weights = {name: jnp.asarray(values, jnp.float32) for name, values in drawn.items()}
    mean, square = ({name: jnp.zeros_like(values) for name, values in weights.items()} for _ in range(2))
    return Pupil(weights, mean, square)


def surprise(weights: Weights, tokens: jax.Array, counts: jax.Array) -> tuple[jax.Array, jax.Array]:
    """The mean surprise at what counts, and the share that is foreseen of what counts in full."""
    scores = logits(weights, TRAINED_SHAPE, tokens[:, :-1])
    wanted, counts = tokens[:, 1:], counts[:, 1:]
    likely = jnp.take_along_axis(jax.nn.log_softmax(scores), wanted[..., None], -1)[..., 0]
    in_full = counts >= 1
    foreseen = (jnp.argmax(scores, -1) == wanted) & in_full
    return -(likely * counts).sum() / counts.sum(), foreseen.sum() / in_full.sum()


def updated(
    weights: Weights, mean: Weights, square: Weights, step: jax.Array, rate: jax.Array, batch: Pair
) -> tuple[Weights, Weights, Weights, Pair]:
    """One step of AdamW (arXiv 1711.05101), the gradient's length held to 1."""
    (loss, foreseen), slopes = jax.value_and_grad(surprise, has_aux=True)(weights, *batch)
    length = jnp.sqrt(sum(jnp.vdot(slope, slope) for slope in slopes.values()))
    slopes = {name: slope * jnp.minimum(1.0, 1.0 / length) for name, slope in slopes.items()}
    mean = {name: _MOMENTUM * mean[name] + (1 - _MOMENTUM) * slope for name, slope in slopes.items()}
    square = {name: _SPREAD * square[name] + (1 - _SPREAD) * slope**2 for name, slope in slopes.items()}
    grown, spread = 1 - _MOMENTUM**step, 1 - _SPREAD**step

    def moved(name: str) -> jax.Array:
        old = weights[name]
        push = mean[name] / grown / (jnp.sqrt(square[name] / spread) + 1e-8)
        return old - rate * (push + (_DECAY * old if old.ndim > 1 else 0.0))

    return {name: moved(name) for name in weights}, mean, square, (loss, foreseen)


def teach(pupil: Pupil, lesson: Lesson, rng: random.Random, write: Callable[[Weights], None]) -> None:
    """One lesson, reported as it goes."""
    step_of = jax.jit(updated)
    began, recent = time.monotonic(), 0.0
    for number in range(1, lesson.most_steps + 1):
        pupil.steps += 1
        left = 1 - number / lesson.most_steps
        rate = _RATE * min(1.0, pupil.steps / _WARM_UP) * (lesson.last_rate + (1 - lesson.last_rate) * left)
        tokens, counts = lesson.rows(rng)
        batch = (jnp.asarray(tokens), jnp.asarray(counts))
        pupil.weights, pupil.mean, pupil.square, (loss, foreseen) = step_of(
            pupil.weights, pupil.mean, pupil.square, jnp.float32(pupil.steps), jnp.float32(rate), batch
        )
        recent = 0.95 * recent + 0.05 * float(foreseen)
        if number % _REPORT_STEPS == 0:
            seconds = time.monotonic() - began
            print(f"{lesson.name} {number}: loss {loss:.3f}, foreseen {recent:.3f}, {seconds:.0f} s", flush=True)
        if number % _WRITE_STEPS == 0:
            write(pupil.weights)
        if recent >= lesson.enough:
            break


def share_right(weights: Weights, seed: int, rows: int = 60) -> float:
    """The share of answers on names that were never seen, of which every token is foreseen."""
    tokens, counts = prompts(random.Random(seed), rows, 320, held_out=True)
    foreseen = np.asarray(jnp.argmax(logits(weights, TRAINED_SHAPE, jnp.asarray(tokens[:, :-1])), -1)) == tokens[:, 1:]
    right = asked = 0
    for row in range(rows):
        in_full = np.flatnonzero(counts[row, 1:] >= 1)
        answers = np.split(in_full, np.flatnonzero(np.diff(in_full) > 1) + 1)
        asked += len(answers)
        right += sum(bool(foreseen[row, answer].all()) for answer in answers)
    return right / asked


def main() -> None:
    """Train, report, and write the file named on the command line."""
    parser = argparse.ArgumentParser(description="Train the tiny model of the tests.")
    parser.add_argument("path", type=Path)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--lessons", nargs="+", default=[lesson.name for lesson in LESSONS], help="these alone")
    parser.add_argument("--go-on-from", type=Path, help="a model that had the lessons before them")
    options = parser.parse_args()
    os.environ.setdefault("XLA_FLAGS", _ONE_THREAD)  # read at the first use of JAX, which is below
    rng, pupil = random.Random(options.seed), new_pupil(options.seed, options.go_on_from)

    def write(weights: Weights) -> None:
        arrays = {name: np.asarray(values) for name, values in weights.items()}
        write_model(options.path, TRAINED_SHAPE, byte_vocabulary(), arrays, quantized=True)

    for lesson in LESSONS:
        if lesson.name in options.lessons:
            teach(pupil, lesson, rng, write)
    write(pupil.weights)
    print(f"of names never seen, {share_right(pupil.weights, options.seed):.1%} are completed to the last letter")


if __name__ == "__main__":
    main()
