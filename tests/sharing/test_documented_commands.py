"""The commands of README.md and docs/sharing.md, typed as they stand there, on two homes: and they share."""

import re
import sys
from pathlib import Path

from cli_process import Ran, holdfast, holdfast_at_once
from git_server import make_bare, serve
from holdfast.sessions.entries.entry import Draft
from holdfast.sessions.identity.device import load_device
from holdfast.sessions.log.store import SessionLog
from sessions_fixture import rows
from typed_terminal import type_command

ROOT = Path(__file__).parent.parent.parent


def commands_of(page: Path) -> list[tuple[str, str]]:
    """(machine, command line) of each line that a page shows typed."""
    return re.findall(r"^(desk|laptop)\$ holdfast (.+)$", page.read_text("utf-8"), re.MULTILINE)


COMMANDS = commands_of(ROOT / "docs" / "sharing.md")
SESSION = "01932f2e-9c00-7abc-8def-0123456789ab"


class Two:
    """The machines of the page: each its own data directory, one synced folder between them."""

    def __init__(self, base: Path, git: str) -> None:
        self.base = base
        self.git = git
        self.code = ""
        self.project = base / "work" / "secret-client"
        self.project.mkdir(parents=True)

    def environment(self, machine: str) -> dict[str, str]:
        return {
            "HOLDFAST_DATA_DIR": str(self.data(machine)),
            "HOLDFAST_CACHE_DIR": str(self.base / machine / "cache"),
            "HOME": str(self.base),
            "COLUMNS": "200",
        }

    def data(self, machine: str) -> Path:
        return self.base / machine / "data"

    def type(self, machine: str, line: str) -> str:
        """Type the line of the page, answering yes and with what the screen shows."""
        replaced = line.replace("~", str(self.base)).replace("CODE", self.code).replace("SESSION", SESSION)
        replaced = replaced.replace("git@example.org:you/sessions.git", self.git)
        ended = type_command(
            [sys.executable, "-m", "holdfast", *replaced.split()],
            answer,
            cwd=self.base,
            environment=self.environment(machine),
        )
        assert ended.code == 0, f"{machine}$ holdfast {replaced}\n{ended.screen}"
        found = re.search(r"sync approve ([0-9A-Z-]+)", ended.screen)
        self.code = found[1] if found else self.code
        return ended.screen

    def run(self, machine: str, *arguments: str) -> Ran:
        return holdfast(*arguments, cwd=self.base, environment=self.environment(machine))

    def record(self, machine: str, session: str, text: str) -> None:
        data = self.data(machine)
        log = SessionLog(data / "sessions.db")
        log.append(
            load_device(data).id,
            session,
            None,
            [Draft(1_795_000_000_000, "msg", ({"type": "text", "text": text},), "user")],
        )
        log.close()

    def texts(self, machine: str) -> str:
        return " ".join(str(body) for (body,) in rows(self.data(machine) / "sessions.db", "SELECT body FROM entry"))


def answer(screen: str) -> str | None:
    """What a person types who read the screen."""
    if screen.rstrip().endswith("that you have it:"):
        return str(re.findall(r"AGE-SECRET-KEY-1[0-9A-Z]+", screen)[0][-6:])
    return "y" if "[y/N]" in screen.rpartition("\n")[2] else None


def test_the_page_names_the_commands_that_matter() -> None:
    assert {line.split()[1] for _, line in COMMANDS} == {
        "setup",
        "preview",
        "now",
        "approve",
        "status",
        "exclude",
        "forget",
    }


def test_the_commands_of_the_page_make_two_machines_share(tmp_path: Path) -> None:
    (tmp_path / "served").mkdir()
    make_bare(tmp_path / "served" / "sessions.git")
    with serve(tmp_path / "served") as url:
        two = Two(tmp_path, f"{url}sessions.git")
        two.record("desk", SESSION, "we retry three times")
        two.record("laptop", "01932f2e-9c00-7abc-8def-00000000000b", "the parser is lazy")
        before_forgetting = [
            command for command in COMMANDS if not command[1].startswith(("sync exclude", "sync forget"))
        ]
        screens = [two.type(machine, line) for machine, line in before_forgetting]
        two.run("laptop", "sync", "now")
        two.run("desk", "sync", "now")
        shared = (two.texts("desk"), two.texts("laptop"))
        for machine, line in COMMANDS:
            if (machine, line) not in before_forgetting:
                two.type(machine, line)
        two.run("laptop", "sync", "now")

    assert all("we retry three times" in texts and "the parser is lazy" in texts for texts in shared)
    assert "received 1 entr" in screens[-3]
    assert "we retry" not in two.texts("desk") + two.texts("laptop")
    assert "the parser is lazy" in two.texts("desk")


def test_the_commands_of_the_readme_make_two_machines_share(tmp_path: Path) -> None:
    two = Two(tmp_path, "")
    two.record("desk", SESSION, "we retry three times")
    commands = commands_of(ROOT / "README.md")
    screens = [two.type(machine, line) for machine, line in commands]

    assert len(commands) == 8
    assert "received 1 entr" in screens[-1]
    assert "we retry three times" in two.texts("laptop")


def test_before_setup_each_command_says_what_to_do(tmp_path: Path) -> None:
    two = Two(tmp_path, "")
    commands = [
        ("sync", *words.split()) for words in ("now", "status", "approve ABCD-ABCD-ABCD-ABCD", f"forget {SESSION}")
    ]
    ran = holdfast_at_once(*commands, cwd=tmp_path, environment=two.environment("desk"))

    assert [(one.code, one.out) for one in ran] == [(1, "")] * 4
    assert ["holdfast sync setup --folder DIR" in one.err for one in ran] == [True] * 4
