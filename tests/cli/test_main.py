import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from cli_process import holdfast, holdfast_at_once, run_python
from holdfast import __version__
from holdfast.cli.commands import command_line

COMMANDS = {
    "serve": "Speak LSP on standard input and output, for an editor.",
    "complete": "Suggest what comes next at a place in a file.",
    "context": "Show the project context for a place in a file.",
    "index": "Read a project into its index.",
    "models": "List the installed models: which fill in the middle, how each would be prompted",
    "eval": "Type real lines of a project again and see whether its context holds what they need.",
    "config": "Show every setting with its source.",
    "trust": "Trust a folder and all below it",
    "usage": "Show how many tokens were used, by day, server and model.",
    "redact": "Show which secrets would be taken out of a text",
    "tour": "Index a project, complete",
    "manifest": "CLAUDE.md and what belongs to it: what is read, and what waits.",
    "manifest show": "Show every section that applies to a file, in order",
    "manifest get": "Print a value of the `json holdfast` block as JSON.",
    "manifest diff": "Show the changes by other people that wait",
    "manifest approve": "Let waiting changes be used",
    "manifest check": "Say which commands, paths and versions in CLAUDE.md no longer exist.",
    "manifest refresh": "Rewrite what stands between the holdfast marks of CLAUDE.md",
    "init": "Write CLAUDE.md from what the repository proves",
    "bridge": "Point other programs at the local model server.",
    "bridge claude": "Show or write the environment that points Claude Code at the local server",
    "bridge files": "Show or write `.env.local` and a compose file",
    "mcp": "Serve a project to an agent, by the Model Context Protocol",
    "learning": "What was learnt from the suggestions that were taken.",
    "learning show": "Show by retriever and language how often suggestions were taken",
    "learning reset": "Begin anew: what was taken until now no longer counts.",
    "export-dataset": "Write a project as a dataset to fine-tune a model on",
    "memory": "What earlier sessions of this project settled.",
    "memory show": "Show what is remembered, the worthiest first",
    "memory on": "Write .holdfast/memory.md from now on",
    "memory off": "Write it no longer, and delete it.",
    "memory write": "Write it now, if it is switched on",
    "memory summarise": "Sum up the last sessions that have no summary",
    "sessions": "The session log: what was said, decided and done, and when.",
    "sessions list": "List the recorded sessions, the latest first.",
    "sessions search": "Search what was said and decided",
    "sessions show": "Show what was said and done in one session.",
    "sessions import": "Import what other tools recorded on this machine",
    "sessions note": "Write down a decision for this folder's project",
    "sessions carry-on": "Print what was asked, decided and left open in the last sessions",
    "sessions export": "Write sessions out, redacted again by today's rules.",
    "sessions forget": "Take a session or entries out of the log for good",
    "sessions pin": "Let a session or an entry stay, whatever its age",
    "sessions unpin": "Take a pin away.",
    "sessions keep": "Say how long this device keeps what was said and done.",
    "sessions size": "Show how much the log holds, by project and tool.",
    "sessions verify": "Check that the session log is what was written.",
    "sessions rebuild": "Make lists, search and memory again from the entries",
    "sync": "Share the session log with your other machines, end-to-end encrypted.",
    "sync setup": "Share session logs: the first machine makes a vault",
    "sync approve": "Admit the machine that shows CODE",
    "sync revoke": "Shut a machine out, for good",
    "sync now": "Send what is new here, and take in what is new elsewhere.",
    "sync status": "Show what is where, which machine was last heard of",
    "sync preview": "Show what would leave this machine",
    "sync forget": "Forget a session here and on every machine",
    "sync exclude": "Never share the sessions of a project",
}
BROKEN = (
    "import holdfast.cli.commands as commands\n"
    "from holdfast.cli.main import main\n"
    "def broken(asked): raise ZeroDivisionError('nobody thought of this')\n"
    "commands.command_line = broken\n"
    "main()\n"
)


def test_the_command_introduces_itself(tmp_path: Path) -> None:
    version, page = holdfast_at_once(("--version",), ("--help",), cwd=tmp_path)

    assert (version.code, version.out, version.err) == (0, f"holdfast {__version__}\n", "")
    assert (page.code, page.err) == (0, "")
    assert all(f" {name} " in page.out for name in COMMANDS if " " not in name)


def test_every_command_is_listed_here() -> None:
    command = get_command(command_line())
    assert hasattr(command, "commands")
    groups = {name: getattr(inner, "commands", {}) for name, inner in command.commands.items()}

    assert set(COMMANDS) == set(groups) | {f"{name} {inner}" for name, group in groups.items() for inner in group}


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_has_its_help(command: str) -> None:
    app = command_line(command.split(maxsplit=1)[0])
    ran = CliRunner().invoke(app, [*command.split(), "--help"], env={"COLUMNS": "160", "NO_COLOR": "1"})

    assert ran.exit_code == 0
    assert f"Usage: holdfast {command} " in ran.stdout
    assert COMMANDS[command] in " ".join(ran.stdout.split())


def test_a_command_line_that_cannot_be_understood_is_exit_2_with_nothing_on_stdout(tmp_path: Path) -> None:
    unknown, option = holdfast_at_once(("conplete", "a.py:1:1", "--json"), ("config", "--yaml"), cwd=tmp_path)

    assert [(ran.code, ran.out) for ran in (unknown, option)] == [(2, ""), (2, "")]
    assert "No such command 'conplete'" in unknown.err
    assert "No such option" in option.err
    assert "--yaml" in option.err


def test_what_nobody_thought_of_is_a_line_of_words_and_a_traceback_for_who_asks(tmp_path: Path) -> None:
    plain = run_python("-c", BROKEN, "config", cwd=tmp_path)
    asked = run_python("-c", BROKEN, "config", cwd=tmp_path, environment={"HOLDFAST_LOG": "debug"})

    assert (plain.code, plain.out) == (1, "")
    what = "ZeroDivisionError: nobody thought of this"
    assert plain.err == f"holdfast: something broke: {what}. HOLDFAST_LOG=debug shows where.\n"
    assert asked.code == 1
    assert asked.err.startswith("Traceback (most recent call last):")


def test_a_terminal_that_lacks_the_characters_gets_others(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("name = '🐙'\nna\n", encoding="utf-8")
    ran = holdfast("complete", "a.py:2:3", cwd=tmp_path, environment={"PYTHONIOENCODING": "ascii"})

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.isascii()
    assert "    1 ? name = '?'" in ran.out


def test_a_reader_that_goes_away_is_no_traceback(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "holdfast", "config"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""


def test_a_log_record_is_one_line_of_words(tmp_path: Path) -> None:
    program = (
        "import logging; from holdfast.cli.plain_log import log_plainly; log_plainly('')\n"
        "logger = logging.getLogger('holdfast.somewhere')\n"
        "logger.info('not shown')\n"
        "try: 1 / 0\n"
        "except ZeroDivisionError: logger.exception('the index of %s broke', 'a')\n"
    )
    ran = run_python("-c", program, cwd=tmp_path)

    assert ran.err == "holdfast: the index of a broke\n  ZeroDivisionError: division by zero\n"
