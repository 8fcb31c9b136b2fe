"""Typing in a real VS Code: `python tests/bench/editor_typing_bench.py [--json FILE] [--sessions N] [--models right ...]`.

Draws sessions of real lines as typing_bench.py does, takes those lines out of a copy of the package, opens
it in code-server with the extension of this checkout, and types them again in Chromium, in real time. A keystroke counts
by the rule of that bench, of the ghost text that the browser drew. Where there is no browser it is skipped, loudly.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pydantic import JsonValue, TypeAdapter

from editor_typing import EditorCount, SeenPassage, count_seen, plan_typing
from holdfast.evaluation.simulated_server import SimulatedServer
from holdfast.evaluation.spread import percentile
from holdfast.evaluation.third_party import fetch_package
from holdfast.evaluation.typing_answers import Accuracy, TypedModel
from holdfast.evaluation.typing_trace import LINES_TYPED, Session, SourceFile, draw_passage, draw_sessions
from simulated_ollama import SimulatedOllama
from typed_session import SessionModel, TypedSession

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ("starlette", "0.41.3")
"""Nothing was tuned on it."""
SEED = 2026
WORDS: dict[str, JsonValue] = {
    "editor.quickSuggestions": {"other": "on"},
    "editor.wordBasedSuggestions": "matchingDocuments",
}
"""VS Code's own list of words, as it is by default: while it is open, ghost text must begin like its first entry."""
SKIPPED = 3
"""What the driver exits with where there is no browser."""


def main() -> int:
    """Print the table; write it as JSON too when asked."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", type=Path)
    options.add_argument("--sessions", type=int, default=1)
    options.add_argument("--models", nargs="*", choices=("right", "half right", "wrong"), default=("right",))
    options.add_argument("--with-words", action="store_true", help="with the editor's list of words from open files")
    options.add_argument("--seed", type=int, default=SEED)
    options.add_argument("--folder", type=Path, help="type files of this folder, not of a package that is fetched")
    options.add_argument("--keys", type=int, help="type the first so many of one passage, to try the bench itself")
    options.add_argument("--as-built", action="store_true", help="take the extension as it was built last")
    options.add_argument("--keep", type=Path, help="keep what was planned and seen in this folder")
    asked = options.parse_args()
    files = _files(asked.folder or fetch_package(*PACKAGE, ROOT / "build" / "bench"))
    sessions = _one_passage(files, asked.seed) if asked.keys else draw_sessions(files, asked.sessions, asked.seed)
    rows: dict[str, EditorCount] = {}
    for accuracy in asked.models:
        total = EditorCount()
        for number, session in enumerate(sessions):
            seen = _typed(session, files, accuracy, asked, keep=f"{accuracy}-{number}")
            if seen is None:
                if asked.json is not None:
                    asked.json.unlink(missing_ok=True)  # an earlier run's
                return 0
            total.add(count_seen(session, seen, TypedModel(accuracy, asked.seed)))
        rows[f"VS Code, {accuracy}" + (", word list on" if asked.with_words else "")] = total
    _print(rows)
    if asked.json is not None:
        asked.json.parent.mkdir(parents=True, exist_ok=True)
        asked.json.write_text(json.dumps({name: _reported(total) for name, total in rows.items()}, indent=1))
    return 0


def _typed(
    session: Session, files: Sequence[SourceFile], accuracy: Accuracy, asked: argparse.Namespace, *, keep: str
) -> list[SeenPassage] | None:
    """What the editor showed; None where there is no browser."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) if asked.keep is None else asked.keep / keep.replace(" ", "-")
        folder.mkdir(parents=True, exist_ok=True)
        plan, result = folder / "plan.json", folder / "seen.json"
        model = SessionModel(TypedSession(ROOT, session, accuracy, asked.seed))
        with SimulatedOllama(SimulatedServer(model)) as ollama:
            planned = plan_typing(session, files, ollama.endpoint, most_keys=asked.keys)
            if asked.with_words:
                planned.settings = WORDS
            plan.write_text(planned.model_dump_json(by_alias=True), encoding="utf-8")
            built = ("--as-built",) if asked.as_built else ()
            driver = ("node", str(ROOT / "tests" / "editor" / "typing_bench.mjs"), *built, str(plan), str(result))
            code = subprocess.run(driver, cwd=ROOT, stdin=subprocess.DEVNULL, check=False).returncode
        if code == SKIPPED:
            return None
        if code != 0:
            sys.exit(code)
        return TypeAdapter(list[SeenPassage]).validate_json(result.read_bytes())


def _reported(total: EditorCount) -> dict[str, float]:
    """A row: the fields of the count, milliseconds from a key until the true text was drawn, and how late keys came."""
    return {
        **asdict(total.count),
        "stayed": total.stayed,
        "drawn_after_p50_ms": _percentile(total.drawn_after_ms, 0.5),
        "drawn_after_p95_ms": _percentile(total.drawn_after_ms, 0.95),
        "key_late_p95_ms": _percentile(total.late_ms, 0.95),
    }


def _percentile(values: Sequence[float], share: float) -> float:
    return round(percentile(sorted(values), share), 1) if values else 0.0


def _print(rows: dict[str, EditorCount]) -> None:
    print(
        f"{'editor, model':24} {'on screen':>9} {'stayed':>6} {'requests/key':>12} {'bytes/key':>9} {'opening':>8}"
        f" {'pauses asked':>12} {'keys':>6} {'drawn after, p50 and p95':>24}"
    )
    for name, total in rows.items():
        count = total.count
        keys, answerable = max(1, count.keystrokes), max(1, count.answerable)
        print(
            f"{name:24} {count.share_on_screen:9.3f} {total.stayed / answerable:6.3f} {count.requests / keys:12.3f}"
            f" {count.prefilled_bytes / keys:9.1f} {count.opening_bytes / keys:8.1f}"
            f" {count.asked_pauses / max(1, count.pauses):12.3f} {count.keystrokes:6}"
            f" {_percentile(total.drawn_after_ms, 0.5):14} ms, {_percentile(total.drawn_after_ms, 0.95)} ms"
        )


def _one_passage(files: Sequence[SourceFile], seed: int) -> tuple[Session, ...]:
    draw = random.Random(seed)
    file = draw.choice([file for file in files if file.text.count("\n") > 4 * LINES_TYPED])
    return (Session((draw_passage(draw, file),)),)


def _files(root: Path) -> list[SourceFile]:
    return [
        SourceFile(path.relative_to(root).as_posix(), "python", path.read_text(encoding="utf-8"))
        for path in sorted(root.rglob("*.py"))
    ]


if __name__ == "__main__":
    sys.exit(main())
