"""Files as they are met: unchanged, replaced, out of reach, no files at all, damaged, or far too large."""

import json
import os
import sqlite3
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from holdfast.sessions.importers import conversations
from holdfast.sessions.importers.chatgpt import ChatGpt
from holdfast.sessions.importers.claude_ai import ClaudeAi
from holdfast.sessions.importers.claude_code import ClaudeCode
from holdfast.sessions.importers.import_file import FileImporter
from holdfast.sessions.importers.importer import Importer, Item, Message, Text
from holdfast.sessions.importers.json_lines import read_json_lines
from holdfast.sessions.importers.record import Outcome
from holdfast.sessions.importers.surroundings import Surroundings
from holdfast.sessions.log.store import SessionLog
from holdfast.sqlite.connection import open_for_writing
from importing import DAY_MS, Machine, Told, later, texts

SESSION = "0a1b2c3d-4e5f-4a6b-8c7d-8e9f0a1b2c08"


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.fixture
def claude(tmp_path: Path) -> ClaudeCode:
    return ClaudeCode(Surroundings(tmp_path))


def line(number: int, text: str = "said", **more: object) -> bytes:
    message = {"role": "user", "content": f"{text} {number}"}
    record = {"type": "user", "uuid": f"u{number}", "sessionId": SESSION, "message": message, **more}
    return json.dumps(record).encode() + b"\n"


def imported_with_peak(machine: Machine, importer: Importer, file: Path) -> tuple[Outcome, int]:
    """What came of importing `file`, and the most bytes that were held for it at one time."""
    into = machine.log("one")
    tracemalloc.start()
    try:
        outcome = into.import_file(importer, file)
        return outcome, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        into.close()


def test_others_are_kept_from_writing_once_for_each_batch_and_no_longer_than_it_is_added(machine: Machine) -> None:
    begun: list[str] = []

    def connect(path: Path) -> sqlite3.Connection:
        connection = open_for_writing(path)
        connection.set_trace_callback(
            lambda statement: begun.append(statement) if statement.startswith("BEGIN I") else None
        )
        return connection

    file = machine.root / "file"
    file.write_text("x")
    machine.log("one").close()
    log = SessionLog(machine.data("one") / "sessions.db", connect)
    log.add([])
    begun.clear()
    told = Told([Message("s", f"m{number}", "user", (Text("hello"),), DAY_MS) for number in range(25)])
    FileImporter(log, machine.root, batch_items=10).import_file(told, file)
    log.close()

    assert begun == ["BEGIN IMMEDIATE"] * 3


def test_a_file_that_has_not_changed_is_not_read(machine: Machine) -> None:
    file = machine.root / "file"
    file.write_text("x")
    told = Told([Message("s", "m", "user", (Text("hello"),), DAY_MS)])
    into = machine.log("one")
    first, second = into.import_file(told, file), into.import_file(told, file)
    into.close()

    assert (told.reads, second.met, second.imported) == (1, first.met, set())


@pytest.mark.parametrize("change", ["time", "size", "parser"])
def test_a_file_that_has_changed_is_read_again(machine: Machine, change: str) -> None:
    file = machine.root / "file"
    file.write_text("x")
    told = Told([Message("s", "m", "user", (Text("hello"),), DAY_MS)])
    into = machine.log("one")
    into.import_file(told, file)
    if change == "time":
        later(file, 60)
    elif change == "size":
        file.write_text("xy")
    else:
        told.parser_version = 2
    into.import_file(told, file)
    into.close()

    assert told.reads == 2


def test_of_a_file_that_grew_only_what_is_new_is_read(machine: Machine, claude: ClaudeCode) -> None:
    file = machine.root / f"{SESSION}.jsonl"
    offsets = []

    class Watched(ClaudeCode):
        def read(self, path: Path, offset: int) -> Iterator[Item]:
            offsets.append(offset)
            return super().read(path, offset)

    into = machine.log("one")
    for number in range(3):
        with file.open("ab") as grows:
            grows.write(line(number))
        into.import_file(Watched(Surroundings(machine.root)), file)
    into.close()

    assert offsets == [0, len(line(0)), 2 * len(line(0))]
    assert texts(machine.parts("one")) == ["said 0", "said 1", "said 2"]
    assert claude.is_appended


@pytest.mark.parametrize(
    "replaced",
    [line(7) + line(8), line(0) + line(7) + line(8), line(0)[:-1] + b" " * 9 + b"\n" + line(8)],
    ids=["by another", "from the second line on", "shifted"],
)
def test_a_file_that_was_replaced_is_read_from_its_beginning(
    machine: Machine, claude: ClaudeCode, replaced: bytes
) -> None:
    file = machine.root / f"{SESSION}.jsonl"
    into = machine.log("one")
    file.write_bytes(line(0) + line(1))
    into.import_file(claude, file)
    file.write_bytes(replaced)
    later(file, 5)
    into.import_file(claude, file)
    into.close()

    expected = {json.loads(part)["message"]["content"] for part in replaced.splitlines()}
    assert set(texts(machine.parts("one"))) == {"said 0", "said 1"} | expected


def test_a_file_that_is_replaced_while_it_is_read_is_read_from_its_beginning_the_next_time(
    machine: Machine, claude: ClaudeCode
) -> None:
    file = machine.root / f"{SESSION}.jsonl"
    file.write_bytes(b"".join(line(number) for number in range(9)))

    class Replaced(ClaudeCode):
        def read(self, path: Path, offset: int) -> Iterator[Item]:
            for number, item in enumerate(super().read(path, offset)):
                if number == 5:
                    other = machine.root / "other"
                    other.write_bytes(b"".join(line(number, "anew") for number in range(100, 130)))
                    other.replace(path)
                yield item

    into = machine.log("one")
    into.import_file(Replaced(Surroundings(machine.root)), file)
    into.import_file(claude, file)
    into.close()

    assert sum(text.startswith("anew") for text in texts(machine.parts("one"))) == 30


def test_the_source_is_not_written_to(machine: Machine, claude: ClaudeCode) -> None:
    folder = machine.root / "source"
    folder.mkdir()
    file = folder / f"{SESSION}.jsonl"
    file.write_bytes(line(0) + line(1))
    file.chmod(0o400)
    folder.chmod(0o500)
    before = (file.stat().st_mtime_ns, file.stat().st_ctime_ns, file.read_bytes(), sorted(folder.iterdir()))
    into = machine.log("one")
    into.import_file(claude, file)
    into.close()

    assert (file.stat().st_mtime_ns, file.stat().st_ctime_ns, file.read_bytes(), sorted(folder.iterdir())) == before
    folder.chmod(0o700)


def test_what_is_no_file_is_passed_over(machine: Machine, claude: ClaudeCode) -> None:
    os.mkfifo(machine.root / "pipe.jsonl")
    (machine.root / "loop.jsonl").symlink_to(machine.root / "loop.jsonl")
    (machine.root / "gone.jsonl").symlink_to(machine.root / "nowhere")
    into = machine.log("one")
    outcomes = {name: into.import_file(claude, machine.root / f"{name}.jsonl") for name in ("pipe", "loop", "gone")}
    into.close()

    assert {name: outcome.failed for name, outcome in outcomes.items()} == {"pipe": 0, "loop": 1, "gone": 1}
    assert outcomes["gone"].problems == ["it cannot be read: No such file or directory"]


def test_a_link_to_a_file_is_the_file(machine: Machine, claude: ClaudeCode) -> None:
    (machine.root / "real").write_bytes(line(0))
    (machine.root / f"{SESSION}.jsonl").symlink_to(machine.root / "real")
    into = machine.log("one")
    into.import_file(claude, machine.root / f"{SESSION}.jsonl")
    into.close()

    assert texts(machine.parts("one")) == ["said 0"]


def test_bytes_that_are_no_text_cost_no_more_than_themselves(machine: Machine, claude: ClaudeCode) -> None:
    file = machine.root / f"{SESSION}.jsonl"
    odd = line(1).replace(b"said", b"sa\xff\xfeid\\u0000\\ud800")
    deep = b'{"type":"user","message":' + b"[" * 100_000 + b"]" * 100_000 + b"}\n"
    number = b'{"type":"user","timestamp":' + b"9" * 5_000 + b"}\n"
    file.write_bytes(b"\xef\xbb\xbf" + line(0) + odd + b"\x00" * 500 + b"\n" + deep + number + line(2))
    into = machine.log("one")
    outcome = into.import_file(claude, file)
    into.close()

    assert texts(machine.parts("one")) == [
        "said 0",
        "sa\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}id? 1",
        "said 2",
    ]
    assert "a line is no JSON" in outcome.problems


def test_a_line_beyond_all_measure_is_passed_over_and_told(tmp_path: Path) -> None:
    file = tmp_path / "lines"
    long = b'{"a":"' + b"x" * 3_000_000 + b'"}'
    file.write_bytes(b'{"n":1}\n' + long + b'\n{"n":2}\n' + long)
    with file.open("rb") as opened:
        found = [(read.record, read.why) for read in read_json_lines(opened, 0, longest=1_000_000)]

    assert found == [({"n": 1}, ""), (None, "a line of 3,000,009 bytes is too long"), ({"n": 2}, "")]


@pytest.mark.parametrize(
    ("importer", "conversation"),
    [
        (
            ClaudeAi(largest=1_500_000),
            {"uuid": "{}", "chat_messages": [{"uuid": "m", "sender": "human", "text": "{}", "content": []}]},
        ),
        (
            ChatGpt(largest=1_500_000),
            {
                "id": "{}",
                "mapping": {
                    "a": {"parent": None, "message": {"author": {"role": "user"}, "content": {"parts": ["{}"]}}}
                },
            },
        ),
    ],
    ids=["claude.ai", "ChatGPT"],
)
def test_a_large_export_needs_the_memory_of_one_conversation(
    machine: Machine, importer: ClaudeAi | ChatGpt, conversation: dict[str, object]
) -> None:
    text = " ".join(f"word{number}" for number in range(60_000))
    pattern = json.dumps(conversation).replace('"{}"', '"%s"', 1).replace('"{}"', '"%s"', 1)
    file = machine.root / "conversations.json"
    with file.open("w") as opened:
        opened.write("[")
        for number in range(24):
            huge = text * 5 if number == 12 else text
            opened.write(("," if number else "") + pattern % (f"c{number}", huge))
        opened.write("]")
    assert importer.recognises(file)
    outcome, peak = imported_with_peak(machine, importer, file)

    assert file.stat().st_size > 15_000_000
    assert peak < 7_000_000
    assert (len(outcome.imported), outcome.failed) == (23, 1)
    assert outcome.problems == ["a conversation in it is larger than 1 MiB"]


def test_a_large_transcript_needs_the_memory_of_one_batch(machine: Machine, claude: ClaudeCode) -> None:
    file = machine.root / f"{SESSION}.jsonl"
    result = "output of a tool\n" * 30_000
    with file.open("wb") as opened:
        for number in range(60):
            block = {"type": "tool_result", "tool_use_id": "t", "content": result}
            opened.write(line(number, message={"role": "user", "content": [block]}))
    outcome, peak = imported_with_peak(machine, claude, file)

    assert file.stat().st_size > 30_000_000
    assert peak < 7_000_000
    assert len(outcome.imported) == 1


def test_nested_without_end_a_conversation_is_passed_over(machine: Machine) -> None:
    file = machine.root / "conversations.json"
    good = '{"uuid":"c","chat_messages":[{"uuid":"m","sender":"human","text":"hello"}]}'
    file.write_text(f'[{{"uuid":"d","chat_messages":{"[" * 5_000}{"]" * 5_000}}},{good}]')
    into = machine.log("one")
    outcome = into.import_file(ClaudeAi(), file)
    into.close()

    assert (texts(machine.parts("one")), outcome.failed) == (["hello"], 1)


def test_of_more_values_than_memory_is_for_a_conversation_is_passed_over(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = machine.root / "conversations.json"
    good = {"uuid": "c", "chat_messages": [{"uuid": "m", "sender": "human", "text": "hello"}]}
    file.write_text(json.dumps([{"uuid": "d", "chat_messages": [{}] * 100}, good]))
    monkeypatch.setattr(conversations, "_MOST_VALUES", 100)
    into = machine.log("one")
    outcome = into.import_file(ClaudeAi(), file)
    into.close()

    assert texts(machine.parts("one")) == ["hello"]
    assert outcome.problems == ["a conversation in it holds more than 100 values"]


def test_a_line_of_more_values_than_memory_is_for_is_passed_over(machine: Machine, claude: ClaudeCode) -> None:
    file = machine.root / f"{SESSION}.jsonl"
    file.write_bytes(line(0) + b'{"a":[' + b"1," * 2_000_001 + b"1]}\n" + line(1))
    into = machine.log("one")
    outcome = into.import_file(claude, file)
    into.close()

    assert texts(machine.parts("one")) == ["said 0", "said 1"]
    assert outcome.problems == ["a line holds too many values"]


def test_an_archive_that_is_none_is_told(machine: Machine) -> None:
    file = machine.root / "export.zip"
    file.write_bytes(b"PK\x03\x04 no archive")
    into = machine.log("one")
    outcome = into.import_file(ClaudeAi(), file)
    into.close()

    assert outcome.failed == 1
    assert outcome.problems[0].startswith("the archive cannot be read")
    assert not ClaudeAi().recognises(file)
