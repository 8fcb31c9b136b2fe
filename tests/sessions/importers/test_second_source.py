"""Sessions that a tool keeps twice: whichever file is read first, nothing is there twice, and what only one has is there."""

import json
from pathlib import Path

import pytest

from holdfast.sessions.entries.entry import read_entry
from holdfast.sessions.identity.device import load_device
from holdfast.sessions.importers.cline import Cline
from holdfast.sessions.importers.copilot_chat import CopilotChat
from holdfast.sessions.importers.importer import Importer
from holdfast.sessions.importers.surroundings import Surroundings
from holdfast.sessions.log.orders import Orders
from importing import DAY_MS, Machine, later, open_log, texts
from sessions_fixture import rows

SESSION = "3b7e1f1b-0000-4000-8000-000000000001"
MINUTE_MS = 60_000


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def import_all(machine: Machine, importer: Importer) -> list[str]:
    """Import what `importer` finds; the texts in the log then."""
    into = machine.log("one")
    for found in importer.find():
        into.import_file(importer, found.path)
    into.close()
    bodies = rows(machine.data("one") / "sessions.db", "SELECT body FROM entry WHERE body <> '' ORDER BY session, seq")
    return texts(dict(part) for (body,) in bodies for part in read_entry(str(body)).parts)


def write(path: Path, content: object, seconds: int = 0) -> None:
    """Write JSON, or lines of it where `content` is a tuple; as if changed `seconds` from now."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(line) for line in content] if isinstance(content, tuple) else [json.dumps(content)]
    path.write_text("\n".join(lines) + "\n")
    later(path, seconds)


def task_of(machine: Machine) -> Path:
    user = machine.root / ".config" / "Code" / "User"
    return user / "globalStorage" / "saoudrizwan.claude-dev" / "tasks" / str(DAY_MS)


def shown(minute: int, kind: str, text: str) -> dict[str, object]:
    return {"ts": DAY_MS + minute * MINUTE_MS, "type": "say", "say": kind, "text": text, "conversationHistoryIndex": 0}


def sent(role: str, text: str, minute: int) -> dict[str, object]:
    return {"role": role, "content": text, "ts": DAY_MS + minute * MINUTE_MS + 900}


def test_a_task_that_has_no_answer_yet_waits_for_the_messages_of_the_interface(machine: Machine) -> None:
    cline, task = Cline(Surroundings(machine.root)), task_of(machine)
    write(task / "ui_messages.json", [shown(0, "task", "Round up")])
    before = import_all(machine, cline)
    write(task / "api_conversation_history.json", [sent("user", "<task>\nRound up\n</task>", 0)])

    assert (before, import_all(machine, cline)) == ([], ["Round up"])


@pytest.mark.parametrize("lost", ["[]", None], ids=["empty", "deleted"])
def test_where_the_messages_of_the_interface_are_lost_the_panel_goes_on_behind_them(
    machine: Machine, lost: str | None
) -> None:
    cline, task = Cline(Surroundings(machine.root)), task_of(machine)
    api = task / "api_conversation_history.json"
    panel = [shown(0, "text", "Round up"), shown(1, "text", "Done."), shown(9, "user_feedback", "And the tax?")]
    write(api, [sent("user", "<task>\nRound up\n</task>", 0), sent("assistant", "Done.", 1)])
    write(task / "ui_messages.json", [*panel, shown(10, "text", "The tax too.")])
    before = import_all(machine, cline)
    if lost is None:
        api.unlink()
    else:
        api.write_text(lost)

    assert before == ["Round up", "Done."]
    assert import_all(machine, cline) == ["Round up", "Done.", "And the tax?", "The tax too."]
    assert import_all(machine, cline) == ["Round up", "Done.", "And the tax?", "The tax too."]


@pytest.mark.parametrize(("seconds", "expected"), [(0, []), (-3600, ["Round up", "Done."])], ids=["now", "long ago"])
def test_a_file_without_a_byte_is_being_written_unless_that_was_long_ago(
    machine: Machine, seconds: int, expected: list[str]
) -> None:
    task = task_of(machine)
    write(task / "ui_messages.json", [shown(0, "text", "Round up"), shown(1, "text", "Done.")])
    (task / "api_conversation_history.json").touch()
    later(task / "api_conversation_history.json", seconds)

    assert import_all(machine, Cline(Surroundings(machine.root))) == expected


def turn(number: int) -> dict[str, object]:
    return {
        "requestId": f"r{number}",
        "timestamp": DAY_MS + number * 10 * MINUTE_MS,
        "message": {"text": f"question {number}"},
        "response": [{"value": f"answer {number}"}],
    }


def event(number: int, kind: str, text: str) -> dict[str, object]:
    stamp = f"2026-05-04T{9 + number // 6:02}:{number % 6}0:04.000Z"
    return {"type": kind, "id": f"{kind}{number}", "timestamp": stamp, "data": {"content": text}}


def events(numbers: range) -> tuple[dict[str, object], ...]:
    return tuple(
        event(number, kind, text)
        for number in numbers
        for kind, text in (("user.message", f"question {number}"), ("assistant.message", f"At length: {number}"))
    )


def chat_of(machine: Machine, turns: range, events_of: range) -> tuple[CopilotChat, Path]:
    storage = machine.root / ".config" / "Code" / "User" / "workspaceStorage" / "a1b2"
    chat = storage / "chatSessions" / f"{SESSION}.json"
    write(chat, {"sessionId": SESSION, "creationDate": DAY_MS, "requests": [turn(number) for number in turns]})
    start = {"type": "session.start", "id": "s", "data": {"sessionId": SESSION, "vscodeVersion": "1.2"}}
    write(storage / "GitHub.copilot-chat" / "transcripts" / f"{SESSION}.jsonl", (start, *events(events_of)))
    return CopilotChat(Surroundings(machine.root)), chat


def test_where_a_chat_was_emptied_the_transcript_goes_on_behind_it(machine: Machine) -> None:
    copilot, chat = chat_of(machine, range(2), range(3))
    before = import_all(machine, copilot)
    write(chat, {"sessionId": SESSION, "creationDate": DAY_MS, "requests": []}, 5)

    assert before == ["question 0", "answer 0", "question 1", "answer 1"]
    assert import_all(machine, copilot) == [*before, "question 2", "At length: 2"]


def test_what_was_forgotten_of_a_chat_does_not_come_back_by_its_transcript(machine: Machine) -> None:
    copilot, chat = chat_of(machine, range(1), range(1))
    import_all(machine, copilot)
    bodies = rows(machine.data("one") / "sessions.db", "SELECT body FROM entry WHERE kind = 'msg'")
    log = open_log(machine.data("one"))
    Orders(log, load_device(machine.data("one")).id).forget_entries([read_entry(str(body)) for (body,) in bodies])
    log.close()
    write(chat, {"sessionId": SESSION, "creationDate": DAY_MS, "requests": []}, 5)

    assert import_all(machine, copilot) == []


def test_of_a_folder_that_is_named_the_transcript_of_a_chat_that_is_there_is_passed_over(machine: Machine) -> None:
    copilot, chat = chat_of(machine, range(1), range(1))
    transcript = chat.parents[1] / "GitHub.copilot-chat" / "transcripts" / chat.with_suffix(".jsonl").name
    told = copilot.recognises(transcript)
    chat.unlink()

    assert (told, copilot.recognises(transcript)) == (False, True)
