"""A dataset of a small project: what is in it, what is not, and that it is the same at every run."""

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from holdfast.dataset.datasheet import Contents
from holdfast.dataset.export import CONVERSATIONS, PAIRS, SHEET, Sessions, Source, export, repository_name
from holdfast.dataset.layout import layout_of
from holdfast.dataset.new_folder import new_folder
from holdfast.errors import UsageError
from holdfast.redaction.redactor import Redactor
from holdfast.sessions.entries.canonical_json import JsonObject
from holdfast.sessions.entries.entry import Draft
from holdfast.sessions.log.store import SessionLog

TOKEN = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
TILL = f"""TOKEN = "{TOKEN}"


def add_up(prices):
    total = sum(price.amount for price in prices)
    return round(total, ndigits=2)


def give_change(paid, prices):
    owed = add_up(prices)
    return max(paid - owed, 0)
"""
FILES = {
    "till.py": TILL,
    "copy.py": TILL,
    "other.py": "def refund(receipt):\n    return pay_out(receipt.amount, receipt.customer)\n",
    "odd.py": "def mark(text):\n    return text.replace('<|fim_prefix|>', 'nothing at all')\n",
    "<|fim_middle|>.py": "def unlikely(name):\n    return ask_for(name.upper(), name.lower())\n",
    "notes.md": "# Notes\n\nCount twice.\n",
    "secret.py": "def open_the_safe():\n    return 'never to be seen by anyone'\n",
    "LICENSE": "MIT\n",
}
PROJECT = "ab" * 32

Made = Callable[..., tuple[Contents, list[dict[str, object]], Path]]


@pytest.fixture
def source(tmp_path: Path) -> Source:
    root = tmp_path / "shop"
    root.mkdir()
    for name, text in FILES.items():
        (root / name).write_text(text)
    paths = (*(name for name in FILES if name != "LICENSE"), "gone.py")
    return Source(root, paths, lambda path: path == "secret.py", Redactor(b"key"))


@pytest.fixture
def made(source: Source, tmp_path: Path) -> Made:
    def make(
        name: str = "out", *, layout: str = "generic", seed: int = 0, most: int = 1000, sessions: Sessions | None = None
    ) -> tuple[Contents, list[dict[str, object]], Path]:
        out = tmp_path / name
        with new_folder(out) as folder:
            contents = export(folder, source, layout_of(layout, "shop"), sessions, seed=seed, most=most)
            folder.keep()
        return contents, [json.loads(line) for line in (out / PAIRS).read_text().splitlines()], out

    return make


def test_each_pair_stands_in_its_file(made: Made, source: Source) -> None:
    contents, rows, _ = made()

    assert (contents.pairs, contents.languages, contents.files) == (len(rows), {"python": len(rows)}, 2)
    assert {row["kind"] for row in rows} <= {"body", "statement", "arguments"}
    for row in rows:
        text = source.redactor.redact((source.root / str(row["path"])).read_text()).text
        whole = f"{row['prefix']}{row['middle']}{row['suffix']}"
        assert whole == text
        assert str(row["prefix"]).count("\n") + 1 == row["line"]
        assert row["repo"] == "shop"


def test_secrets_ignored_files_prose_copies_and_control_tokens_are_not_in_it(made: Made) -> None:
    contents, rows, out = made()
    whole = (out / PAIRS).read_text() + (out / SHEET).read_text()

    assert TOKEN not in whole
    assert "never to be seen" not in whole
    assert "fim_prefix" not in (out / PAIRS).read_text()
    assert len({row["path"] for row in rows} & {"till.py", "copy.py"}) == 1
    assert not {row["path"] for row in rows} & {"odd.py", "<|fim_middle|>.py"}
    assert contents.redactions == {"github-token": 1}
    assert contents.skipped["a file equal to another"] == 1
    assert contents.skipped["a model's control token stood in it"] >= 1


def test_the_same_files_and_seed_give_the_same_dataset_and_another_seed_another(made: Made) -> None:
    first, again, other = (made(name, seed=seed)[1] for name, seed in (("a", 1), ("b", 1), ("c", 2)))

    assert first == again
    assert first != other


def test_no_more_pairs_than_asked_for(made: Made) -> None:
    assert len(made(most=2)[1]) == 2


def test_the_prompt_of_a_family_is_the_one_that_is_sent_when_completing(made: Made) -> None:
    plain, prompted = made("plain")[1], made("prompted", layout="qwen2.5-coder")[1]

    assert [row["prompt"] for row in prompted] == [
        f"<|repo_name|>shop\n<|file_sep|>{row['path']}\n<|fim_prefix|>{row['prefix']}<|fim_suffix|>{row['suffix']}<|fim_middle|>"
        for row in plain
    ]
    assert [row["completion"] for row in prompted] == [row["middle"] for row in plain]


@pytest.mark.parametrize("name", ["", "gpt", "an instruction"])
def test_an_unknown_format_is_refused_with_those_there_are(name: str) -> None:
    with pytest.raises(UsageError, match=r"Formats: generic, qwen2\.5-coder, "):
        layout_of(name, "shop")


def test_files_are_private_and_the_sheet_says_what_is_in_them(made: Made) -> None:
    contents, _, out = made()
    sheet = (out / SHEET).read_text()

    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in out.iterdir()} == {PAIRS: 0o600, SHEET: 0o600}
    assert stat.S_IMODE(out.stat().st_mode) == 0o700
    assert f"{contents.pairs} pairs from 2 files" in sheet
    assert "github-token 1" in sheet
    assert "(`LICENSE`)" in sheet
    assert "No conversations" in sheet


def said(number: int, role: str, text: str, *, native: str | None = None) -> Draft:
    src: JsonObject = {"tool": "claude-code", "native_id": native or f"m{number}", "parser_v": 1}
    return Draft(1_795_219_200_000 + number, "msg", ({"type": "text", "text": text},), role=role, src=src)


def conversations(out: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (out / CONVERSATIONS).read_text().splitlines()]


def test_conversations_of_this_project_alternate_and_carry_no_secret(made: Made, tmp_path: Path) -> None:
    log = SessionLog(tmp_path / "data" / "sessions.db")
    talk = [
        said(0, "assistant", "Before anybody asked."),
        said(1, "user", "Who wrote this?"),
        said(2, "user", "Was it anna.schmidt@firm-mail.de?"),
        said(3, "assistant", "Yes."),
        Draft(4, "tool", ({"type": "tool_result", "name": "Bash", "text": "what a tool printed"},), role="tool"),
        said(5, "assistant", "That is all."),
        said(6, "user", "And nobody answers this."),
    ]
    log.append("aa" * 16, "session-here", PROJECT, talk)
    log.append("bb" * 16, "session-here", PROJECT, [said(3, "assistant", "Yes.")])  # another device's copy
    log.append("aa" * 16, "session-elsewhere", "cd" * 32, [said(0, "user", "Elsewhere"), said(1, "assistant", "Yes")])
    log.append("cc" * 16, "session-of-mate", PROJECT, [said(0, "user", "Mate?"), said(1, "assistant", "Mate.")])
    log.append("aa" * 16, "session-again", PROJECT, talk)  # the same, imported from another tool's file
    long = [said(0, "user", "All of it?"), said(1, "assistant", "word " * 25_000)]
    log.append("aa" * 16, "session-too-long", PROJECT, long)
    log.append("aa" * 16, "session-alone", PROJECT, [said(0, "user", "Hello?")])
    log.append("aa" * 16, "session-here/h01", PROJECT, [said(0, "user", "To a helper"), said(1, "assistant", "Done.")])
    log.append("aa" * 16, "session-here/c01", PROJECT, talk[:4])  # another file of the same session
    log.append("dd" * 16, "session-of-whom", PROJECT, [said(0, "user", "Whose?"), said(1, "assistant", "Unknown.")])
    log.append("aa" * 16, "session-odd", PROJECT, [said(0, "user", "<|im_start|>"), said(1, "assistant", "Odd")])
    log.change(
        lambda db: db.execute("INSERT INTO device (dev, name, standing) VALUES (?, 'mate', 'teammate')", ("cc" * 16,))
    )
    came = "INSERT INTO segment VALUES ('x', ?, 'session-of-whom', 0, 0, 0, '', 0, 1, 1, 1)"
    log.change(lambda db: db.execute(came, ("dd" * 16,)))  # from a device that is in no vault any more
    log.close()
    contents, _, out = made(sessions=Sessions(log.path, PROJECT))
    (found,) = conversations(out)
    expected = "session-again"  # the first by its id
    mark = Redactor(b"key").mark("email", "anna.schmidt@firm-mail.de")

    assert found == {
        "messages": [
            {"role": "user", "content": f"Who wrote this?\n\nWas it {mark}?"},
            {"role": "assistant", "content": "Yes.\n\nThat is all."},
        ],
        "session": expected,
        "tool": "claude-code",
    }
    assert (contents.conversations, contents.messages, contents.tools) == (1, 2, {"claude-code": 1})
    assert contents.skipped["a session in which nobody answered"] == 1
    assert contents.skipped["a session equal to another"] == 1
    assert contents.skipped["a session whose first answer was too long"] == 1
    assert "1 session with 2 messages (claude-code 1)" in (out / SHEET).read_text()


@pytest.mark.parametrize("is_made", [False, True], ids=["no log", "an empty log"])
def test_with_nothing_recorded_there_are_no_conversations(made: Made, tmp_path: Path, is_made: bool) -> None:  # noqa: FBT001 - a parameter of the test
    log = tmp_path / "sessions.db"
    if is_made:
        log.touch()

    assert conversations(made(sessions=Sessions(log, PROJECT))[2]) == []


def test_copies_of_a_file_are_cut_once_whatever_their_names(tmp_path: Path) -> None:
    root = tmp_path / "copies"
    root.mkdir()
    code = "".join(f"def step_{n}(a):\n    b = work_on(a, {n})\n    return finish_it(b, {n})\n\n\n" for n in range(40))
    for name in ("a.py", "b.py", "c.py"):
        (root / name).write_text(code)
    (root / "c.py").write_bytes(code.replace("\n", "\r\n").encode())
    source = Source(root, ("a.py", "b.py", "c.py"), lambda _: False, Redactor(b"key"))
    with new_folder(tmp_path / "out") as folder:
        contents = export(folder, source, layout_of("generic", "copies"), None, seed=0, most=1000)

    assert (contents.files, contents.skipped["a file equal to another"]) == (1, 2)


def test_a_folder_whose_name_is_not_utf_8_is_called_something_that_is(tmp_path: Path) -> None:
    root = Path(os.fsdecode(os.fsencode(tmp_path) + b"/sh\xffp"))
    root.mkdir()
    (root / "till.py").write_text(TILL)
    name = repository_name(root)
    source = Source(root, ("till.py",), lambda _: False, Redactor(b"key"))
    with new_folder(tmp_path / "out") as folder:
        contents = export(folder, source, layout_of("generic", name), None, seed=0, most=1000)
        folder.keep()

    assert (name, contents.files) == ("sh?p", 1)
    assert (tmp_path / "out" / SHEET).read_text().startswith("# Dataset of sh?p\n")
