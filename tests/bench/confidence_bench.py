"""What the setting `minConfidence` does: `python tests/bench/confidence_bench.py [--json FILE] [--model FILE.gguf]`.

At places of the typing traces, for each threshold: how often something is shown, how much of it is right, and how sure
the model says it is. Once with a simulated model that is honest about its doubts (`evaluation/honest_model.py` says what
that assumes), and with one that is not quite; and with a real llama.cpp, on the tiny model of the tests where it is there,
which has learnt to copy names and knows no real code, or on a better one that `--model` names.
"""

import argparse
import asyncio
import dataclasses
import json
import random
import sys
import tempfile
from collections.abc import Sequence
from contextlib import aclosing
from pathlib import Path

from holdfast.code_chunk import ContextBlock
from holdfast.cursor import Cursor
from holdfast.evaluation.copied_names import draw_copied_names
from holdfast.evaluation.honest_model import cursor_in, simulated_answers
from holdfast.evaluation.scored_answers import ConfidenceRow, ScoredAnswer, measure_confidence
from holdfast.evaluation.third_party import fetch_package, read_package
from holdfast.evaluation.typing_trace import Session, SourceFile, draw_sessions
from holdfast.inference.families.qwen import QWEN_CODER
from holdfast.inference.file_window import FileWindow, open_window
from holdfast.inference.llama_cpp.gguf_server import GgufServer
from holdfast.inference.model_server import GenerateRequest, Piece
from holdfast.inference.prompt import write_head, write_text

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = (("click", "8.1.7"), ("jinja2", "3.1.4"))
TINY_MODEL = ROOT / "fixtures" / "models" / "tiny-qwen2.gguf"
SEED = 11
SESSIONS = 12
PLACES_EACH = 12
WINDOW = 1024
"""Tokens, which are no fewer than bytes: what the smallest model has."""
PREDICTED = 64
_HEADINGS = ("threshold", "shown at", "right text", "wholly right", "told", "right characters", "wrong characters")


def main() -> int:
    """Measure, print the tables, write JSON if asked."""
    parser = argparse.ArgumentParser(description="Shown and right text by threshold of confidence.")
    parser.add_argument("--json", type=Path, help="write the numbers here")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "holdfast-bench")
    parser.add_argument("--model", type=Path, default=TINY_MODEL, help="a GGUF file of a Qwen family, for llama.cpp")
    parser.add_argument("--places", type=int, default=240, help="asked of that model")
    options = parser.parse_args()
    sessions: list[Session] = []
    for name, version in PACKAGES:
        files = read_package(fetch_package(name, version, options.cache))
        sources = [SourceFile(file.path, file.language, file.text) for file in files]
        sessions += draw_sessions(sources, SESSIONS, SEED)
    tables: dict[str, tuple[ConfidenceRow, ...]] = {}
    for noise in (0.0, 1.0):
        answers = simulated_answers(sessions, places_each=PLACES_EACH, noise=noise, seed=SEED)
        tables[f"simulated, honest within {noise:.0f} of the log odds"] = measure_confidence(answers)
    if options.model.exists():
        asked = {
            "names to copy": of_copied_names(options.places),
            "real files": in_real_files(sessions, options.places),
        }
        for name, places in asked.items():
            found = asyncio.run(real_answers(options.model, places))
            tables[f"llama.cpp, {options.model.name}, {name}"] = measure_confidence(found)
    else:
        sys.stdout.write(f"NOT MEASURED with a real llama.cpp: there is no {options.model}.\n")
    for name, rows in tables.items():
        sys.stdout.write(f"\n{name}, {rows[0].places} places\n{table(rows)}")
    if options.json:
        numbers = {name: [dataclasses.asdict(row) for row in rows] for name, rows in tables.items()}
        options.json.write_text(json.dumps(numbers, indent=2))
    return 0


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """A place a real model is asked at: what it is shown of the file and of others, and what a person types there."""

    cursor: Cursor
    window: FileWindow
    blocks: tuple[ContextBlock, ...]
    true: str


def in_real_files(sessions: Sequence[Session], count: int) -> list[Asked]:
    """Places of the typing traces, with no other file shown."""
    draw, asked = random.Random(SEED), []
    passages = [passage for session in sessions for passage in session.passages]
    for _ in range(count):
        passage = draw.choice(passages)
        place = draw.randrange(len(passage.typed))
        cursor = cursor_in(passage, place)
        window = open_window(cursor.before, cursor.after, prefix_bytes=WINDOW // 2, suffix_bytes=WINDOW // 8)
        asked.append(Asked(cursor, window, (), passage.typed[place:]))
    return asked


def of_copied_names(count: int) -> list[Asked]:
    """Names to be finished, half of them shown in another file."""
    return [
        Asked(each.cursor, FileWindow(0, each.cursor.before, each.cursor.after), (each.block,), each.rest)
        for each in draw_copied_names(count, SEED)
    ]


async def real_answers(path: Path, places: Sequence[Asked]) -> list[ScoredAnswer]:
    """What the model in a file says, by the engine that the product starts for it."""
    server = GgufServer(path, num_ctx=WINDOW, timeout_ms=60_000, n_threads=1)
    answers = []
    try:
        (model,) = await server.models()
        special = (await server.details(model.name)).special_tokens
        for place in places:
            language = place.cursor.language
            head = write_head(QWEN_CODER, "project", place.blocks, special, language=language)
            text = write_text(QWEN_CODER, head, place.cursor.path, place.window, special, language=language)
            request = GenerateRequest(
                model.name, text.prompt, PREDICTED, WINDOW, stop=QWEN_CODER.stop, with_logprobs=True
            )
            async with aclosing(server.generate(request)) as items:
                pieces = tuple([item async for item in items if isinstance(item, Piece)])
            answers.append(ScoredAnswer(place.cursor, place.true, pieces))
    finally:
        await server.aclose()
    return answers


def table(rows: Sequence[ConfidenceRow]) -> str:
    """The rows as text."""
    cells = [_HEADINGS] + [
        (
            f"{row.threshold:.2f}",
            f"{row.shown / max(1, row.places):.3f}",
            f"{row.right_characters / max(1, row.right_characters + row.wrong_characters):.3f}",
            f"{row.wholly_right / max(1, row.shown):.3f}",
            f"{row.told:.3f}",
            f"{row.right_characters:,}",
            f"{row.wrong_characters:,}",
        )
        for row in rows
    ]
    widths = [max(len(row[column]) for row in cells) for column in range(len(_HEADINGS))]
    return "".join(
        "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) + "\n" for row in cells
    )


if __name__ == "__main__":
    raise SystemExit(main())
