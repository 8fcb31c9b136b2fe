"""Which open texts count as the working set."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from holdfast.index.chunk_reader import ChunkReader
from holdfast.index.index_once import index_once
from holdfast.index.retrieval.query import WorkingText
from holdfast.index.retrieval.working_texts import LONGEST_TEXT, WorkingTexts
from holdfast.index.secret_files import is_secret

SAVED = "def saved():\n    return 1\n"
KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\n-----END OPENSSH PRIVATE KEY-----\n"


def text(path: str, content: str = "x = 1\n", language: str = "python") -> WorkingText:
    return WorkingText(path, language, content)


@pytest.fixture
def working(write: Callable[..., None], workspace: Path, cache: Path) -> Iterator[WorkingTexts]:
    write({"lf.py": SAVED, "crlf.py": SAVED.replace("\n", "\r\n")})
    index_once(workspace, cache, lambda _: None)
    reader = ChunkReader(cache)
    yield WorkingTexts(reader, is_secret)
    reader.close()


@pytest.mark.parametrize(
    ("path", "content", "is_changed"),
    [
        pytest.param("lf.py", SAVED, False, id="as it was indexed"),
        pytest.param("crlf.py", SAVED, False, id="as it was indexed, with other line ends"),
        pytest.param("lf.py", SAVED + "\n", True, id="edited"),
        pytest.param("lf.py", "", True, id="emptied"),
        pytest.param("new.py", SAVED, True, id="not indexed"),
        pytest.param("lf.py", "s = '\ud83d'\n", True, id="half a character"),
    ],
)
def test_a_text_is_changed_unless_the_index_holds_it(
    working: WorkingTexts, path: str, content: str, *, is_changed: bool
) -> None:
    assert working.besides("app.py", [text(path, content)]) == (WorkingText(path, "python", content, is_changed),)


def test_the_order_is_kept_and_the_latest_twelve_count(working: WorkingTexts) -> None:
    texts = [text(f"m{number}.py") for number in range(20)]
    assert [kept.path for kept in working.besides("m3.py", texts)] == [
        f"m{number}.py" for number in range(13) if number != 3
    ]


@pytest.mark.parametrize(
    "left_out",
    [
        pytest.param(text("app.py"), id="the current file"),
        pytest.param(text(".env", "TOKEN = 1\n"), id="a secret by its name"),
        pytest.param(text("notes.py", KEY), id="a secret by what it holds"),
        pytest.param(text("long.py", "x" * (LONGEST_TEXT + 1)), id="huge"),
        pytest.param(text("data.py", "x\0y"), id="binary"),
        pytest.param(text("uv.lock", "version = 1\n", "toml"), id="made by a tool"),
    ],
)
def test_what_would_not_be_indexed_is_no_part_of_it(working: WorkingTexts, left_out: WorkingText) -> None:
    assert [kept.path for kept in working.besides("app.py", [left_out, text("other.py")])] == ["other.py"]


def test_secrets_take_no_place_away(working: WorkingTexts) -> None:
    secrets = [text(f"{number}/.env") for number in range(12)]
    assert [kept.path for kept in working.besides("app.py", [*secrets, text("other.py")])] == ["other.py"]


def test_a_text_that_becomes_a_secret_leaves(working: WorkingTexts) -> None:
    assert len(working.besides("app.py", [text("notes.py")])) == 1
    assert working.besides("app.py", [text("notes.py", KEY)]) == ()
