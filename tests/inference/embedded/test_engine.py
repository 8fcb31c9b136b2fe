import os
from pathlib import Path

import pytest

from embedded_project import File, complete, new_engine, split
from holdfast.inference.embedded.build import build_corpus
from holdfast.inference.embedded.engine import EmbeddedEngine, EmbeddedRequest

HANDLER = "    except OSError as error:\n        raise StorageError(str(error)) from error\n"
PROJECT = [
    File("app/a.py", "python", "import os\n\ndef a():\n    try:\n        x()\n" + HANDLER),
    File("app/b.py", "python", "import os\n\ndef b():\n    try:\n        y()\n" + HANDLER),
    File("web/c.ts", "typescript", "export function c(): void {\n\tconsole.log(`ready`);\n}\n" * 2),
]


@pytest.fixture
def engine(tmp_path: Path) -> EmbeddedEngine:
    build_corpus(tmp_path, PROJECT)
    return new_engine(tmp_path)


@pytest.mark.parametrize(
    ("marked", "suggestion"),
    [
        pytest.param("    except OSErr|", "or as error:", id="within a name"),
        pytest.param("    except OSError |", "as error:", id="after white space"),
        pytest.param(
            "    except OSError as error:\r\n        raise St|", "orageError(str(error)) from error", id="CRLF"
        ),
        pytest.param("        raise StorageError(s|)", "", id="silent where the rest of the line cannot be met"),
        pytest.param("        raise StorageError(s| from error", "tr(error))", id="up to the rest of the line"),
        pytest.param("𐐷 = '𐐷'; unheard_|", "", id="silent on a new name"),
        pytest.param("bad = '\0'|", "", id="silent after a NUL"),
        pytest.param("|", "import os", id="as the other files begin"),
    ],
)
def test_what_is_suggested(engine: EmbeddedEngine, marked: str, suggestion: str) -> None:
    before, after = split(marked)
    assert complete(engine, "app/new.py", before, after) == suggestion


def test_a_string_is_completed_up_to_what_follows(engine: EmbeddedEngine) -> None:
    assert complete(engine, "web/new.ts", "\tconsole.log(`r", "`);\n") == "eady"


def test_a_suggestion_names_the_files_it_was_learnt_from(engine: EmbeddedEngine) -> None:
    engine.refresh()
    found = engine.complete(EmbeddedRequest("app/new.py", "python", "    except OSErr", ""))
    assert found is not None
    assert found.sources == ("app/a.py", "app/b.py")
    assert 0 < found.confidence <= 1


def test_an_open_buffer_replaces_the_file_on_disk_until_it_is_closed(tmp_path: Path) -> None:
    build_corpus(tmp_path, [File("a.py", "python", "first_name = make_something(1, 2)\n" * 3)])
    engine = new_engine(tmp_path)
    cursor = ("b.py", "first_name = m")
    assert complete(engine, *cursor) == "ake_something(1, 2)"
    engine.learn("a.py", "python", "first_name = make_nothing()\n" * 3)
    assert complete(engine, *cursor) == "ake_nothing()"
    engine.learn("a.py", "python", "")
    assert complete(engine, *cursor) == ""
    engine.forget("a.py")
    assert complete(engine, *cursor) == "ake_something(1, 2)"


def test_the_current_file_on_disk_is_never_counted(tmp_path: Path) -> None:
    build_corpus(tmp_path, [File("a.py", "python", "secret_name = make_something(1, 2)\n" * 3)])
    assert complete(new_engine(tmp_path, threshold=0.0), "a.py", "secret_name = m") == ""


def test_without_a_corpus_it_knows_the_open_buffers(tmp_path: Path) -> None:
    engine = new_engine(tmp_path / "missing")
    assert engine.refresh() is False
    engine.learn("a.py", "python", "result = client.fetch(url, timeout=5)\n" * 3)
    assert complete(engine, "b.py", "result = client.f") == "etch(url, timeout=5)"


def test_lines_above_and_below_are_known(tmp_path: Path) -> None:
    line = "result = client.fetch(url, timeout=5)\n"
    assert complete(new_engine(tmp_path), "b.py", line * 2 + "result = client.f", "\n" + line) == (
        "etch(url, timeout=5)"
    )


def test_names_change_where_the_shape_repeats(tmp_path: Path) -> None:
    above = "".join(f"        self.{name} = {name}\n" for name in ("width", "height", "depth", "colour"))
    assert complete(new_engine(tmp_path), "b.py", above + "        self.opacity") == " = opacity"


def test_a_huge_buffer_is_cut_and_answered(engine: EmbeddedEngine) -> None:
    before = "".join(f"value_{number} = {number}\n" for number in range(60_000)) + "    except OSErr"
    assert complete(engine, "app/new.py", before) == "or as error:"


def test_many_half_typed_names_do_not_grow_it_without_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("holdfast.inference.embedded.words.MAX_NEW_WORDS", 50)
    engine = new_engine(tmp_path)
    for number in range(200):
        complete(engine, "a.py", f"result = fetch_{number}(1)\n" * 2 + f"result = fetch_{number}")
        assert engine._words.size < 100


def test_the_threshold_decides_what_is_kept_back(tmp_path: Path) -> None:
    build_corpus(tmp_path, PROJECT)
    cursor = ("app/new.py", "    except OSErr")
    assert complete(new_engine(tmp_path, threshold=1.0), *cursor) == ""


def test_a_corpus_cut_short_under_the_engine_is_let_go(tmp_path: Path) -> None:
    """Touching the pages that are gone would end the process."""
    build_corpus(tmp_path, PROJECT)
    engine = new_engine(tmp_path)
    assert complete(engine, "app/new.py", "    except OSErr") == "or as error:"
    for file in (tmp_path / "embedded").iterdir():
        os.truncate(file, 100)
    assert complete(engine, "app/new.py", "    except OSErr") == ""
