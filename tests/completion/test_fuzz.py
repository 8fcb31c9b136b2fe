"""Ten thousand edits, cancels and moves by lot over the whole completion part, in virtual time."""

import asyncio
import random
from pathlib import Path

import pytest

from fuzzed_typing import FuzzedDocument, FuzzedEditor, MoodyServer, repeats_what_follows
from holdfast.cursor import Cursor
from holdfast.evaluation.simulated_server import SimulatedServer
from holdfast.evaluation.virtual_time import run_virtually
from holdfast.settings import Settings
from holdfast.wiring import build_completion
from holdfast.workspace_folder import Workspace

STEPS = 2_000
SOURCES = sorted((Path(__file__).parents[2] / "server" / "holdfast" / "completion").glob("*.py"))[:4]


def documents(root: Path) -> list[FuzzedDocument]:
    found = []
    for file in SOURCES:
        text = file.read_text(encoding="utf-8")
        found.append(FuzzedDocument((root / file.name).as_uri(), file.name, text, text, len(text) // 2))
    return found


def answering(draw: random.Random, texts: list[str], server: list[MoodyServer]) -> SimulatedServer:
    """Right: as one of `texts` goes on. Wrong: some lines of theirs, or exactly what follows, once or twice."""

    def say(prefix: str, suffix: str) -> str:
        for text in texts if server[0].mood != "wrong" else ():
            place = text.find(prefix[-24:])
            if place >= 0 and len(prefix) >= 24:
                return text[place + 24 : place + 24 + draw.randint(1, 600)]
        text = draw.choice(texts)
        start = draw.randint(0, len(text))
        some = text[start : start + draw.randint(0, 300)]
        return draw.choice(
            (some, suffix[:200], some + suffix[:300], "\n" + suffix.lstrip("\n") * 2, ")" * 9, "", " \n" * 5)
        )

    return SimulatedServer(say)


async def fuzz(seed: int, embedded: str, scratch: Path) -> tuple[int, int, int, list[str], list[tuple[str, Cursor]]]:
    """(texts answered, most generations open at once, left open, tasks left, texts that repeat what follows)."""
    draw, files = random.Random(seed), documents(scratch)
    moody: list[MoodyServer] = []
    server = MoodyServer(answering(draw, [file.truth for file in files], moody))
    moody.append(server)
    settings = Settings.model_validate({"endpoint": "http://127.0.0.1:11434", "embedded": embedded})
    completion = build_completion(settings, Workspace(()), scratch=scratch / "scratch", transport=server)
    editor = FuzzedEditor(completion, server, files, scratch, draw)
    repeated: list[tuple[str, Cursor]] = []

    def check(text: str, cursor: Cursor) -> None:
        if repeats_what_follows(text, cursor):
            repeated.append((text, cursor))

    await editor.run(STEPS, check)
    server.mood = "right"
    await asyncio.sleep(30)  # every patience has ended by then
    left_open = server.inner.meter.open_now + server.hanging_now
    await completion.aclose()
    await asyncio.sleep(0)
    tasks = [task.get_name() for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    return editor.answers, server.inner.meter.most_open, left_open, tasks, repeated


@pytest.mark.parametrize(("seed", "embedded"), [(0, "auto"), (1, "auto"), (2, "off"), (3, "off"), (4, "off")])
def test_whatever_is_typed_nothing_breaks_leaks_or_repeats_what_follows(
    seed: int, embedded: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    answers, most_open, left_open, tasks, repeated = run_virtually(fuzz(seed, embedded, tmp_path))

    assert (repeated, most_open, left_open, tasks) == ([], 1, 0, [])
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []
    assert answers > 50
