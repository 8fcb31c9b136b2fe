"""Conversations that a model looks through before they are stored: what it finds, and what waits while it does not answer."""

import json
from pathlib import Path

import pytest

from holdfast.errors import ServerUnreachable
from holdfast.redaction.model_pass import Ask
from holdfast.sessions.importers.import_file import FileImporter
from holdfast.sessions.importers.importer import Item, Message, Reference, SessionFacts, Text, ToolResult
from holdfast.sessions.importers.record import Outcome
from importing import DAY_MS, Machine, Told, open_log, texts
from sessions_fixture import problems_in, rows

NOBODY = '{"found": []}'
ITEMS: list[Item] = [
    SessionFacts("s", title="Call Anna Schmidt", folder="/home/anna/Anna Schmidt"),
    *(Message("s", f"m{n}", "user", (Text(f"Call {n}: Anna Schmidt."),), DAY_MS + n) for n in range(12)),
]


def found(prompt: str) -> str:
    return json.dumps({"found": [{"kind": "person", "text": "Anna Schmidt"}]}) if "Anna" in prompt else NOBODY


class Place:
    """A file whose items are `items`, imported with whoever is asked."""

    def __init__(self, root: Path, items: list[Item]) -> None:
        self.machine = Machine(root)
        self.machine.log("one").close()
        self.file = root / "file"
        self.file.write_text("anything")
        self.told = Told(items)
        self.asked: list[str] = []
        self.database = self.machine.data("one") / "sessions.db"

    def run(self, ask: Ask | None) -> Outcome:
        into = FileImporter(open_log(self.machine.data("one")), self.machine.root / "home", model=lambda: ask)
        try:
            return into.import_file(self.told, self.file)
        finally:
            into.close()

    def said(self) -> list[str]:
        return texts(self.machine.parts("one"))


def noting(asked: list[str], answer: str) -> Ask:
    """Answers, and notes what it was asked."""

    def ask(prompt: str) -> str:
        asked.append(prompt)
        return answer

    return ask


def failing_after(count: int, answer: Ask) -> Ask:
    """Answers `count` times; then nobody is there."""
    left = [count]

    def ask(prompt: str) -> str:
        left[0] -= 1
        if left[0] < 0:
            raise ServerUnreachable("Nobody answers.")
        return answer(prompt)

    return ask


def test_what_it_finds_has_one_mark_in_messages_and_titles(tmp_path: Path) -> None:
    place = Place(tmp_path, ITEMS)
    outcome = place.run(found)
    (mark,) = {text.partition(": ")[2].rstrip(".") for text in place.said()}
    (title,) = {part["name"] for part in place.machine.parts("one") if part.get("to") == "title"}
    counts = rows(place.database, "SELECT json_extract(body, '$.redact.counts') FROM entry WHERE kind = 'msg'")

    assert (outcome.problems, outcome.failed, title) == ([], 0, f"Call {mark}")
    assert mark.startswith("[REDACTED:person-name:")
    assert set(counts) == {('{"person-name":1}',)}
    assert problems_in(place.database) == []


def test_without_it_nothing_of_this_happens(tmp_path: Path) -> None:
    place = Place(tmp_path, ITEMS)
    place.run(None)

    assert place.said()[0] == "Call 0: Anna Schmidt."


def test_what_tools_answered_and_what_files_are_called_is_not_asked_about(tmp_path: Path) -> None:
    parts = (Text("look at it"), ToolResult("c", "Anna Schmidt wrote it"), Reference("file", "Anna.txt"))
    asked: list[str] = []
    place = Place(tmp_path, [Message("s", "m", "assistant", parts, DAY_MS)])
    place.run(noting(asked, NOBODY))

    assert (asked, place.said()) == ([], ["look at it"])


@pytest.mark.parametrize("answers", [0, 1, 7])
def test_while_nobody_answers_nothing_is_stored_unread_and_the_next_import_goes_on(
    tmp_path: Path, answers: int
) -> None:
    place, whole = Place(tmp_path / "a", ITEMS), Place(tmp_path / "b", ITEMS)
    whole.run(found)
    with pytest.raises(ServerUnreachable):
        place.run(failing_after(answers, found))
    before = place.said() if place.database.exists() else []
    outcome = place.run(found)

    assert [text for text in before if "Anna" in text] == []
    assert len(before) <= answers
    assert (outcome.problems, len(place.said())) == ([], 12)
    assert [text.partition(":")[0] for text in place.said()] == [text.partition(":")[0] for text in whole.said()]


def test_a_message_about_which_the_answer_is_none_is_held_back_with_what_follows(tmp_path: Path) -> None:
    place = Place(tmp_path, ITEMS)

    def odd(prompt: str) -> str:
        return "I would rather not." if "Call 7" in prompt else found(prompt)

    first = place.run(odd)
    stored = len(place.said())
    second = place.run(found)

    assert (first.is_held_back, stored) == (True, 4)
    assert [why.startswith("it is not read on: the model's answer") for why in first.problems] == [True]
    assert (second.problems, second.is_held_back, len(place.said())) == ([], False, 12)
