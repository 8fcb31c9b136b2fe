"""The typing bench in small, over this repository's own files: virtual time, so that it is the same on every machine."""

import asyncio
from itertools import pairwise
from pathlib import Path

import pytest

from holdfast.cursor import Cursor
from holdfast.evaluation.simulated_server import DECODE_BYTES_PER_SECOND, PREFILL_BYTES_PER_SECOND, SimulatedServer
from holdfast.evaluation.typing_answers import Accuracy, TypedModel
from holdfast.evaluation.typing_clients import connect_holdfast, connect_naive
from holdfast.evaluation.typing_replay import ReplayCount, TypingClient, replay
from holdfast.evaluation.typing_trace import Passage, Session, SourceFile, draw_sessions
from holdfast.evaluation.virtual_time import run_virtually
from holdfast.index.index_once import index_once
from holdfast.locations import Locations
from holdfast.workspace_folder import WorkspaceFolder

SESSIONS = Path(__file__).parents[1] / "sessions"
SOURCES = sorted(file for folder in ("editor", "entries", "identity") for file in (SESSIONS / folder).glob("*.py"))


@pytest.fixture(scope="module")
def typed_files() -> list[SourceFile]:
    return [
        SourceFile(f"{file.parent.name}_{file.name}", "python", file.read_text(encoding="utf-8")) for file in SOURCES
    ]


@pytest.fixture
def folder(tmp_path: Path, typed_files: list[SourceFile]) -> WorkspaceFolder:
    root = (tmp_path / "workspace").resolve()
    root.mkdir()
    for file in typed_files:
        (root / file.path).write_text(file.text, encoding="utf-8")
    locations = Locations(data=tmp_path / "data", cache=tmp_path / "cache")
    index_once(root, locations.workspace_cache(root), lambda _: None)
    return WorkspaceFolder(root, locations, manifest_file=None)


def type_all(
    sessions: tuple[Session, ...], folder: WorkspaceFolder, scratch: Path, accuracy: Accuracy, *, naive: bool = False
) -> ReplayCount:
    async def connect(server: SimulatedServer) -> TypingClient:
        return await (connect_naive(server, folder) if naive else connect_holdfast(server, folder, scratch))

    total = ReplayCount()
    for session in sessions:
        model = TypedModel(accuracy, seed=11)
        speeds = {"prefill": PREFILL_BYTES_PER_SECOND, "decode": DECODE_BYTES_PER_SECOND}
        total.add(run_virtually(replay(session, folder.root, connect, model, **speeds)))
    return total


def test_with_a_right_model_the_true_text_is_on_screen_and_the_server_seldom_asked(
    tmp_path: Path, typed_files: list[SourceFile], folder: WorkspaceFolder
) -> None:
    sessions = draw_sessions(typed_files, 2, 11)
    ours = type_all(sessions, folder, tmp_path, "right")
    naive = type_all(sessions, folder, tmp_path, "right", naive=True)
    again = type_all(sessions, folder, tmp_path, "right")
    folder.close()

    assert ours.keystrokes > 1000
    assert ours.answerable == ours.keystrokes
    assert ours.share_on_screen >= 0.95
    assert ours.requests / ours.keystrokes <= 0.03
    assert ours.prefilled_bytes / ours.keystrokes <= 20
    assert ours.share_on_screen > naive.share_on_screen
    assert again == ours


def test_with_a_model_that_is_half_right_it_is_found_right_soon_and_not_asked_at_every_key(
    tmp_path: Path, typed_files: list[SourceFile], folder: WorkspaceFolder
) -> None:
    count = type_all(draw_sessions(typed_files, 2, 11), folder, tmp_path, "half right")
    folder.close()

    assert 0.3 < count.answerable / count.keystrokes < 0.9
    assert count.share_on_screen >= 0.93
    assert count.requests / count.keystrokes <= 0.12
    assert count.prefilled_bytes / count.keystrokes <= 150


def test_a_model_that_is_always_wrong_is_asked_at_pauses(
    tmp_path: Path, typed_files: list[SourceFile], folder: WorkspaceFolder
) -> None:
    count = type_all(draw_sessions(typed_files, 2, 11), folder, tmp_path, "wrong")
    folder.close()

    assert (count.answerable, count.on_screen) == (0, 0)
    assert count.asked_pauses / count.pauses >= 0.5
    assert count.prefilled_bytes / count.keystrokes <= 600


PASSAGE = Passage(SourceFile("a.py", "python", "x = 1\nfoo(bar)\nbaz()\nend()\n"), 6, 20)


class Knowing:
    """A client that is always right, after so many seconds."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    async def cursor_rests(self, cursor: Cursor) -> None:
        """Nothing to do."""

    async def key_typed(self, cursor: Cursor) -> None:
        """Nothing to do."""

    async def complete(self, cursor: Cursor) -> str:
        await asyncio.sleep(self.seconds)
        return PASSAGE.file.text[len(cursor.before) : PASSAGE.end]

    async def aclose(self) -> None:
        """Nothing to do."""


@pytest.mark.parametrize(
    ("seconds", "share"),
    [
        pytest.param(0.05, 1.0, id="in-time"),
        pytest.param(0.1, 1 / 13, id="at-pauses"),
        pytest.param(0.5, 0.0, id="late"),
    ],
)
def test_an_answer_counts_until_the_next_key(seconds: float, share: float) -> None:
    async def connect(server: SimulatedServer) -> TypingClient:
        del server
        return Knowing(seconds)

    model = TypedModel("right", seed=1)
    count = run_virtually(replay(Session((PASSAGE,)), Path("/w"), connect, model, prefill=8000, decode=400))

    assert (count.keystrokes, round(count.share_on_screen, 6)) == (13, round(share, 6))
    assert (count.pauses, count.asked_pauses, count.requests, count.opening_bytes) == (2, 0, 0, 0)


class Noting(Knowing):
    """Notes when keys come."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.times: list[float] = []

    async def key_typed(self, cursor: Cursor) -> None:
        await super().key_typed(cursor)
        self.times.append(asyncio.get_running_loop().time())


@pytest.mark.parametrize("seconds", [0.0, 0.05, 0.1, 9.0])
def test_the_next_key_comes_no_sooner_for_an_answer(seconds: float) -> None:
    client = Noting(seconds)

    async def connect(server: SimulatedServer) -> TypingClient:
        del server
        return client

    model = TypedModel("right", seed=1)
    run_virtually(replay(Session((PASSAGE,)), Path("/w"), connect, model, prefill=8000, decode=400))

    apart = [round(later - earlier, 6) for earlier, later in pairwise(client.times)]
    assert apart == [until_next for _, until_next in PASSAGE.keystrokes()][:-1]
