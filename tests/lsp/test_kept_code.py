import dataclasses
import marshal
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from types import CodeType

import attr._make
import pytest

from holdfast.lsp.kept_code import KeptCode, beside

START = """
import sys
from pathlib import Path
from holdfast.lsp.kept_code import KeptCode

compiled = 0
def count(event, arguments):
    global compiled
    compiled += event == "compile" and arguments[0] is not None and str(arguments[1]).startswith("<attrs")
sys.addaudithook(count)

kept = KeptCode(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
kept.stand_in()
from lsprotocol import types
kept.step_aside()
kept.save()

position = types.Position(1, 2)
print(compiled)
print(position, position == types.Position(1, 2), position < types.Position(1, 3))
print(types.Hover.__init__.__code__.co_filename, types.Hover.__init__.__code__.co_flags)
try:
    types.Position("one", 2)
except Exception as error:
    print(type(error).__name__)
"""


def start(*argv: str, environment: dict[str, str] | None = None) -> tuple[int, list[str]]:
    """For how many classes attrs compiles at a start, and what they then do."""
    done = subprocess.run(
        [sys.executable, "-c", START, *argv], capture_output=True, text=True, check=True, env=environment or {}
    )
    compiled, *does = done.stdout.splitlines()
    return int(compiled), does


@pytest.fixture(autouse=True)
def bytecode_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the tests were started with."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)


@contextmanager
def starting(file: Path) -> Iterator[None]:
    """A start of this very process."""
    kept = KeptCode(file)
    kept.stand_in()
    try:
        yield
    finally:
        kept.step_aside()
        kept.save()


def make_classes(prefix: str, count: int = 100) -> list[type]:
    return [dataclasses.make_dataclass(f"{prefix}{number}", [f"{prefix}_{number}"]) for number in range(count)]


def test_the_second_start_compiles_next_to_nothing_and_its_classes_are_the_same(tmp_path: Path) -> None:
    file = str(tmp_path / "serve.kept")

    without, first, second = start(), start(file), start(file)

    assert (without[0] > 500, first[0] > 500, second[0] < 100) == (True, True, True), (without, first, second)
    assert without[1] == first[1] == second[1]


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda data: data[:0], id="empty"),
        pytest.param(lambda data: data[:1000], id="torn"),
        pytest.param(lambda data: data[:-1] + bytes([data[-1] ^ 1]), id="one bit"),
        pytest.param(lambda data: b"another" + data[7:], id="another Python's"),
        pytest.param(lambda data: b"\0" * len(data), id="zeros"),
    ],
)
def test_a_damaged_file_is_nothing_and_written_anew(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    file = tmp_path / "serve.kept"
    with starting(file):
        make_classes("kept")
    damaged = damage(file.read_bytes())
    file.write_bytes(damaged)

    with starting(file):
        (made, *_) = make_classes("kept")
    mended = file.read_bytes()
    with starting(file):
        make_classes("kept")

    assert repr(made(1)) == "kept0(kept_0=1)"
    assert mended != damaged
    assert file.read_bytes() == mended


@pytest.mark.parametrize(
    "body_of",
    [
        pytest.param(lambda _: b"", id="nothing"),
        pytest.param(lambda _: b"\0", id="no such type"),
        pytest.param(lambda kept: marshal.dumps(kept)[:-1], id="cut"),
        pytest.param(lambda _: b"{[\0\0\0\0N0", id="a list as key"),
        pytest.param(lambda kept: marshal.dumps(list(kept)), id="a list"),
        pytest.param(lambda kept: marshal.dumps(dict.fromkeys(kept, "text")), id="no code"),
    ],
)
def test_a_whole_file_of_something_else_is_nothing_and_written_anew(
    tmp_path: Path, body_of: Callable[[dict[bytes, CodeType]], bytes]
) -> None:
    file = tmp_path / "serve.kept"
    with starting(file):
        make_classes("kept")
    data = file.read_bytes()
    head = data[: data.index(MAGIC_NUMBER) + len(MAGIC_NUMBER)]
    body = body_of(marshal.loads(data[len(head) + 4 :]))  # noqa: S302 - just written
    file.write_bytes(head + zlib.crc32(body).to_bytes(4, "big") + body)

    with starting(file):
        (made, *_) = make_classes("kept")

    assert repr(made(1)) == "kept0(kept_0=1)"
    assert file.read_bytes() == data


def test_once_the_start_is_over_python_compiles(tmp_path: Path) -> None:
    with starting(tmp_path / "serve.kept"):
        assert ("exec" in vars(dataclasses), "compile" in vars(attr._make)) == (True, True)

    assert ("exec" in vars(dataclasses), "compile" in vars(attr._make)) == (False, False)


def test_what_two_environments_use_is_kept_and_no_more(tmp_path: Path) -> None:
    file, sizes = tmp_path / "serve.kept", []
    for prefix in ("a", "b", "a", "b", "c", "d", "e"):
        with starting(file):
            make_classes(prefix)
        sizes.append(file.stat().st_size // 1000)

    one = sizes[0]
    assert sizes[2] == sizes[1] == sizes[3]
    assert max(sizes) <= 2 * one + 1


@pytest.mark.parametrize("name", ["gone/is a file/serve.kept", "a folder"])
def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: Path, name: str) -> None:
    (tmp_path / "gone").write_text("")
    (tmp_path / "a folder").mkdir()

    with starting(tmp_path / name):
        (made, *_) = make_classes("unkept")

    assert made(1) == made(1)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a folder", "gone"]


def test_who_wants_no_bytecode_written_gets_none(tmp_path: Path) -> None:
    start(str(tmp_path / "serve.kept"), environment={"PYTHONDONTWRITEBYTECODE": "1"})

    assert list(tmp_path.iterdir()) == []


def test_it_lies_with_the_bytecode() -> None:
    place = beside("/lib/holdfast/lsp/serve.py")

    assert place is not None
    assert (place.suffix, place.name.startswith("serve.")) == (".kept", True)
    assert place.parent == Path("/lib/holdfast/lsp/__pycache__")
