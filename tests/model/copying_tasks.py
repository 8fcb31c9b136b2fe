"""What the tiny model is trained on: rows of tokens in which a name comes again, at last as the product's prompts have it.

A token is a byte, or one of the control tokens behind the bytes. The rows of the first lesson are names in any order
between signs. The later ones are whole prompts with their answers, written by :mod:`holdfast.inference.prompt`.
"""

import random
import re
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from holdfast.code_chunk import ContextBlock
from holdfast.inference.families.qwen import QWEN_CODER
from holdfast.inference.file_window import FileWindow
from holdfast.inference.prompt import write_head, write_prompt
from model.made_up_project import TYPED, MadeUpProject, made_up_name, made_up_project
from model.make_tiny_model import CONTROL_TOKENS

Rows: TypeAlias = tuple[NDArray[np.int32], NDArray[np.float32]]
"""Tokens, and how much each counts as a thing to foresee (1: an answer); both (rows, length)."""

END: Final = "<|endoftext|>"
AFTER: Final = ("", "\n")
"""What follows the cursor: at the end of a file, with its last line's end and without."""

_CONTROL: Final = re.compile("(" + "|".join(map(re.escape, CONTROL_TOKENS)) + ")")
_SIGNS: Final = (" ", "\n", ".", "(", ", ", "\ndef ", "):\n    ", "import ", " = ", "(", ".", "\n")
_HOLES: Final = ("<|fim_suffix|>\n<|fim_middle|>", "<|fim_suffix|><|fim_middle|>")
"""What parts a name's beginning from its end where the cursor is in it."""

_SIGN_COUNTS: Final = 0.03
_PROMPT_COUNTS: Final = 0.01


def tokens_of(text: str) -> list[int]:
    """The numbers of a text's tokens, control tokens parsed."""
    numbers: list[int] = []
    for part in _CONTROL.split(text):
        if part in CONTROL_TOKENS:
            numbers.append(256 + CONTROL_TOKENS.index(part))
        else:
            numbers.extend(part.encode())
    return numbers


def prompt_of(project: MadeUpProject, after: str) -> str:
    """The prompt that the product writes at the project's cursor: the lines that define functions, then the file."""
    blocks = tuple(
        ContextBlock(f"{module}.py", (1, 1), "function", (), 0, "\n".join(function.line for function in functions))
        for module, functions in project.modules.items()
    )
    head = write_head(QWEN_CODER, project.caller, blocks)
    return write_prompt(QWEN_CODER, head, f"{project.caller}.py", FileWindow(0, project.before, after))


def repeated_names(rng: random.Random, rows: int, length: int, *, hole_share: float) -> Rows:
    """Rows of a few names each, in any order between signs; `hole_share` of them have a hole where they come again."""
    tokens, counts = np.zeros((rows, length), np.int32), np.zeros((rows, length), np.float32)
    for row in range(rows):
        names = [made_up_name(rng, held_out=False) for _ in range(max(2, length // 32))]
        seen: set[str] = set()
        at = 0
        while at < length:
            name = rng.choice(names)
            numbers, weights = _name_again(rng, name, is_known=name in seen, hole_share=hole_share)
            seen.add(name)
            end = min(length, at + len(numbers))
            tokens[row, at:end], counts[row, at:end] = numbers[: end - at], weights[: end - at]
            at = end
    return tokens, counts


def prompts(rng: random.Random, rows: int, length: int, *, held_out: bool = False) -> Rows:
    """Rows of whole prompts with their answers, one behind the other, as many as fit; the rest of a row counts nothing."""
    tokens, counts = np.zeros((rows, length), np.int32), np.zeros((rows, length), np.float32)
    for row in range(rows):
        at = 0
        while True:
            project = made_up_project(rng, held_out=held_out)
            asked = tokens_of(prompt_of(project, rng.choice(AFTER)))
            answer = tokens_of(project.rest + END)
            end = at + len(asked) + len(answer)
            if end <= length:
                tokens[row, at:end] = asked + answer
                counts[row, at:end] = [_PROMPT_COUNTS] * len(asked) + [1.0] * len(answer)
                at = end
            elif at:
                break
    return tokens, counts


def _name_again(rng: random.Random, name: str, *, is_known: bool, hole_share: float) -> tuple[list[int], list[float]]:
    """A name and the sign behind it, with what each token counts: the end of a name that came before counts in full."""
    cut = rng.randint(min(TYPED), max(TYPED))
    hole = rng.choice(_HOLES) if is_known and rng.random() < hole_share else ""
    begun, rest = tokens_of(name[:cut] + hole), tokens_of(name[cut:] + (END if hole else ""))
    sign = tokens_of(rng.choice(_SIGNS))
    weights = [_SIGN_COUNTS] * len(begun) + [1.0 if is_known else _SIGN_COUNTS] * len(rest) + [_SIGN_COUNTS] * len(sign)
    return begun + rest + sign, weights
