"""Claude Code is followed in the folder that is open: only there, only with consent, and to the end of what was written."""

import json
import sqlite3
import threading
import time
from pathlib import Path

import pytest

from holdfast.errors import ServerUnreachable, StorageError
from holdfast.sessions.importers.claude_code import folder_name
from holdfast.sessions.importers.consent import Consents
from holdfast.sessions.importers.follow import ClaudeCodeFollower
from holdfast.sessions.importers.surroundings import Surroundings
from importing import Machine, texts

PATIENCE_S = 20


class Followed:
    """A person's folder `shop`, Claude Code's transcripts, and who follows them."""

    def __init__(self, root: Path) -> None:
        self.machine = Machine(root)
        self.machine.log("one").close()
        self.workspace = root / "home" / "shop"
        self.workspace.mkdir(parents=True)
        self.projects = root / "home" / ".claude" / "projects"
        self.database = self.machine.data("one") / "sessions.db"
        self.consents = Consents(self.database.parent)
        self.follower = ClaudeCodeFollower(self.workspace, self.database, Surroundings(root / "home"), every_s=0.02)

    def says(self, text: str, *, folder: Path | None = None, session: str = "a", name: str = "") -> None:
        """Claude Code writes a line about `folder`."""
        folder = folder or self.workspace
        file = self.projects / (name or folder_name(folder)) / f"{session}.jsonl"
        file.parent.mkdir(parents=True, exist_ok=True)
        message = {"role": "user", "content": text}
        with file.open("a") as grows:
            grows.write(
                json.dumps({"type": "user", "uuid": text, "sessionId": session, "cwd": str(folder), "message": message})
            )
            grows.write("\n")

    def recorded(self) -> list[str]:
        """What is in the log; nothing while it is being made."""
        try:
            return sorted(texts(self.machine.parts("one")))
        except (StorageError, sqlite3.OperationalError):
            return []


@pytest.fixture
def followed(tmp_path: Path) -> Followed:
    return Followed(tmp_path)


def test_without_consent_nothing_is_read(followed: Followed) -> None:
    followed.says("hello")

    assert (followed.follower.look_once(), followed.recorded()) == (0, [])


def test_what_grows_is_imported_and_what_does_not_is_left_alone(followed: Followed) -> None:
    followed.consents.give(["claude-code"])
    followed.says("one")
    followed.says("other", session="b")
    looks = [followed.follower.look_once(), followed.follower.look_once()]
    followed.says("two")
    looks.append(followed.follower.look_once())

    assert looks == [2, 0, 1]
    assert followed.recorded() == ["one", "other", "two"]


def test_only_sessions_of_this_folder_and_of_those_in_it_are_imported(followed: Followed, tmp_path: Path) -> None:
    followed.consents.give(["claude-code"])
    followed.says("here")
    followed.says("below", folder=followed.workspace / "web")
    followed.says("a folder whose name begins alike", folder=tmp_path / "home" / "shop-old")
    followed.says(
        "a folder that is called alike there",
        folder=tmp_path / "elsewhere",
        name=folder_name(followed.workspace) + "-x",
    )
    followed.says("another", folder=tmp_path / "home" / "other")

    followed.follower.look_once()

    assert followed.recorded() == ["below", "here"]


def test_a_folder_that_comes_later_is_found(followed: Followed) -> None:
    followed.consents.give(["claude-code"])
    before = followed.follower.look_once()
    (followed.projects / folder_name(followed.workspace)).mkdir(parents=True)
    empty = followed.follower.look_once()
    followed.says("hello")

    assert (before, empty, followed.follower.look_once()) == (0, 0, 1)


def test_it_follows_from_a_thread_of_its_own_until_it_is_closed(followed: Followed) -> None:
    followed.follower.start()
    followed.follower.start()
    followed.says("before consent")
    followed.consents.give(["claude-code"])
    _wait_for(followed, ["before consent"])
    followed.says("and after")
    _wait_for(followed, ["and after", "before consent"])
    followed.follower.close()
    followed.says("after the end")

    assert followed.recorded() == ["and after", "before consent"]
    assert not [thread for thread in threading.enumerate() if thread.name == "claude-code-follower"]


def test_it_ends_in_the_middle_of_a_file_and_goes_on_there_the_next_time(followed: Followed) -> None:
    followed.consents.give(["claude-code"])
    said = [f"{number:03} {'some words ' * 500}".strip() for number in range(60)]
    for text in said:
        followed.says(text)
    followed.follower.start()
    followed.follower.close()
    again = ClaudeCodeFollower(
        followed.workspace, followed.database, Surroundings(followed.machine.root / "home"), every_s=0.02
    )
    again.start()
    _wait_for(followed, said)
    again.close()


def test_a_log_that_cannot_be_written_is_tried_again(followed: Followed) -> None:
    followed.consents.give(["claude-code"])
    followed.says("hello")
    followed.database.mkdir()
    followed.follower.start()
    time.sleep(0.1)
    followed.database.rmdir()
    _wait_for(followed, ["hello"])
    followed.follower.close()


def _wait_for(followed: Followed, expected: list[str]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while followed.recorded() != expected and time.monotonic() < deadline:
        time.sleep(0.02)
    assert followed.recorded() == expected


def test_while_the_model_that_is_to_look_through_it_is_away_what_was_said_waits(tmp_path: Path) -> None:
    followed = Followed(tmp_path)
    followed.consents.give(["claude-code"])
    is_there = threading.Event()

    def ask(_: str) -> str:
        if not is_there.is_set():
            raise ServerUnreachable("Nobody answers.")
        return '{"found": []}'

    around = Surroundings(tmp_path / "home")
    follower = ClaudeCodeFollower(followed.workspace, followed.database, around, model=lambda: ask)
    followed.says("Ask Anna")
    with pytest.raises(ServerUnreachable):
        follower.look_once()
    waiting = followed.recorded()
    is_there.set()
    follower.look_once()

    assert (waiting, followed.recorded()) == ([], ["Ask Anna"])
