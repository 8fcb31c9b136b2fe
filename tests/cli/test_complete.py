import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import shop_workspace
from cli_contract import Block, Completed, answer
from cli_process import NOBODY_LISTENS, Ran, holdfast, holdfast_as_anybody, holdfast_at_once
from holdfast.inference.endpoint import DEFAULT_PORT
from scripted_answer import refusal
from scripted_ollama import ScriptedOllama
from shop_workspace import REST

DEFINITION = Block(
    path="library.py",
    lines=[1, 1],
    kind="outline",
    found_by=["imported_definitions"],
    tokens=1,
    text=shop_workspace.DEFINITION,
)


@pytest.fixture
def ollama() -> Iterator[ScriptedOllama]:
    with ScriptedOllama() as server:
        server.generate_with(REST)
        yield server


@pytest.fixture
def copies(tmp_path: Path) -> Path:
    """A project that says the same thing in every file: the embedded engine is sure how the line goes on."""
    root = tmp_path / "copies"
    (root / ".git").mkdir(parents=True)
    for number in range(8):
        (root / f"part_{number}.py").write_text(
            f"import logging\n\nlogger = logging.getLogger(__name__)\n\n\ndef run_{number}(job):\n"
            f"    logger.info('starting %s', job.name)\n    return job.execute()\n"
        )
    (root / "new.py").write_text("import logging\n\nlogger = logging.get\n")
    return root


def command(place: str) -> tuple[str, ...]:
    return ("complete", place, "--json")


def complete(place: str, cwd: Path, **environment: str) -> Ran:
    return holdfast(*command(place), cwd=cwd, environment=environment)


def test_the_model_is_sent_the_definition_and_its_answer_is_the_suggestion(shop: Path, ollama: ScriptedOllama) -> None:
    ran = complete("app.py:5:17", shop, HOLDFAST_ENDPOINT=ollama.endpoint)
    completed = answer(ran, Completed)

    assert completed == Completed(
        text=REST,
        engine="model",
        model="qwen2.5-coder:1.5b-base",
        reason=None,
        timings_ms=completed.timings_ms,
        context=[DEFINITION.model_copy(update={"tokens": completed.context[0].tokens})],
    )
    assert 0 < completed.timings_ms.first_token <= completed.timings_ms.total
    assert completed.timings_ms.index > 0
    prompt = (
        "<|repo_name|>shop\n"
        "<|file_sep|>library.py\n"
        f"{shop_workspace.DEFINITION}\n"
        "<|file_sep|>app.py\n"
        "<|fim_prefix|>from library import greet_politely\n\n\ndef main() -> None:\n    print(greet_"
        "<|fim_suffix|>\n<|fim_middle|>"
    )
    assert ollama.prompts == [prompt]


def test_without_a_server_the_embedded_engine_completes_from_the_projects_own_code(copies: Path) -> None:
    completed = answer(complete("new.py:3:21", copies), Completed)

    assert (completed.text, completed.engine) == ("Logger(__name__)", "embedded")
    assert (completed.model, completed.reason) == (None, None)
    assert completed.timings_ms.first_token == 0


def test_a_person_sees_ghost_text_in_its_place_who_said_it_and_what_it_knew(shop: Path, ollama: ScriptedOllama) -> None:
    ran = holdfast("complete", "app.py:5:17", cwd=shop, environment={"HOLDFAST_ENDPOINT": ollama.endpoint})
    lines = [line.rstrip() for line in ran.out.splitlines()]

    assert (ran.code, ran.err) == (0, "")
    assert lines[:7] == [
        "app.py",
        "    2 │",
        "    3 │",
        "    4 │ def main() -> None:",
        f"    5 │     print(greet_⟦{REST}⟧",
        "    6 │",
        "",
    ]
    assert lines[7] == "Engine   model qwen2.5-coder:1.5b-base"
    assert lines[8].startswith("Time     index ")
    assert lines[10] == "Context that was sent"
    assert lines[12].split()[1:] == ["outline", "library.py:1-1", "imported", "definitions"]


@pytest.mark.parametrize(
    ("endpoint", "words"),
    [
        (NOBODY_LISTENS, f"Nothing answers at {NOBODY_LISTENS}."),
        ("https://example.com", "https://example.com:443 is not this machine, and Holdfast sends no code to another"),
        ("http://me:hush@127.0.0.1", "holdfast.endpoint holds a user name or password, and Holdfast sends none."),
    ],
)
def test_why_no_model_answered_is_said_in_words(copies: Path, endpoint: str, words: str) -> None:
    ran = holdfast("complete", "new.py:3:21", cwd=copies, environment={"HOLDFAST_ENDPOINT": endpoint})

    assert (ran.code, ran.err) == (0, "")
    assert "Engine   the embedded engine, from this project's own code" in ran.out
    assert words in ran.out
    assert "hush" not in ran.out


def test_a_server_that_breaks_is_replaced_by_the_embedded_engine(copies: Path, ollama: ScriptedOllama) -> None:
    ollama.generate_with(refusal(500, "llama runner process has terminated"))
    broken = answer(complete("new.py:3:21", copies, HOLDFAST_ENDPOINT=ollama.endpoint), Completed)

    assert (broken.text, broken.engine) == ("Logger(__name__)", "embedded")
    assert len(ollama.generations) == 2, "a failure in passing is tried once more"


def test_a_name_in_brackets_is_a_name(shop: Path) -> None:
    (shop / "[bold]").mkdir()
    (shop / "[bold]" / "[id].py").write_text("from library import greet_politely\ngreet_politely(\n")
    place = "[bold]/[id].py:2:16"
    completed, context = holdfast_at_once(("complete", place), ("context", place), cwd=shop)

    assert completed.out.startswith("[bold]/[id].py\n")
    assert context.out.startswith(f"Context for {place}")


def test_silence_has_its_reason_and_is_no_failure(shop: Path) -> None:
    (shop / ".env").write_text("TOKEN=abc\n")
    (shop / ".gitignore").write_text("/generated.py\n")
    (shop / "generated.py").write_text("value = 1\n")
    (shop / "strange.py").write_text("zyx\n")
    places = (".env:1:10", "generated.py:1:6", "strange.py:1:2")
    completed = [answer(ran, Completed) for ran in holdfast_at_once(*map(command, places), cwd=shop)]

    assert [found.reason for found in completed] == ["secret_file", "ignored_file", "low_confidence"]
    assert {(found.text, found.engine, found.model) for found in completed} == {("", "none", None)}


def test_odd_files_are_completed_in_as_what_can_be_read_of_them(tmp_path: Path, ollama: ScriptedOllama) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "latin.py").write_bytes(b"name = 'caf\xe9'\nprint(na\n")
    (tmp_path / "windows.py").write_bytes(b"one = 1\r\ntwo = on\r\n")
    (tmp_path / "nul.py").write_bytes(b"a = '\0'\nb = \n")
    (tmp_path / "octopus.py").write_text("x = '🐙🐙' + \n", encoding="utf-8")
    ollama.generate_with("1")
    places = ("latin.py:2:9", "windows.py:2:9", "nul.py:2:5", "octopus.py:1:12")
    environment = {"HOLDFAST_ENDPOINT": ollama.endpoint}
    for ran in holdfast_at_once(*map(command, places), cwd=tmp_path, environment=environment):
        completed = answer(ran, Completed)
        assert (completed.text, completed.engine) == ("1", "model")

    assert {prompt[prompt.index("<|fim_prefix|>") :] for prompt in ollama.prompts} == {
        "<|fim_prefix|>name = 'caf\ufffd'\nprint(na<|fim_suffix|>\n<|fim_middle|>",
        "<|fim_prefix|>one = 1\ntwo = on<|fim_suffix|>\n<|fim_middle|>",
        "<|fim_prefix|>a = '\0'\nb = <|fim_suffix|>\n<|fim_middle|>",
        "<|fim_prefix|>x = '🐙🐙' + <|fim_suffix|>\n<|fim_middle|>",
    }


def test_a_file_of_50_mb_is_completed_in_and_not_indexed(tmp_path: Path, ollama: ScriptedOllama) -> None:
    (tmp_path / ".git").mkdir()
    line = b"value = compute(first, second)\n"
    with (tmp_path / "huge.py").open("wb") as file:
        file.write(line)
        file.truncate(50_000_000)
        file.seek(0, os.SEEK_END)
        file.write(b"\n" + line + b"value = \n" + line)
    ollama.generate_with("1")
    completed = answer(complete("huge.py:4:9", tmp_path, HOLDFAST_ENDPOINT=ollama.endpoint), Completed)

    assert (completed.text, completed.engine, completed.context) == ("1", "model", [])
    assert ollama.prompts[0].endswith("value = <|fim_suffix|>\nvalue = compute(first, second)\n<|fim_middle|>")
    assert len(ollama.prompts[0]) < 4096 * 3


def test_a_place_that_is_not_there_is_a_line_of_words_and_a_code(shop: Path) -> None:
    os.mkfifo(shop / "pipe.py")
    (shop / "circle.py").symlink_to(shop / "circle.py")
    (shop / "caf\udce9.py").touch()
    expected = {
        "app.py": (2, "“app.py” is not a place in a file."),
        "nowhere.py:1:1": (3, "There is no file nowhere.py."),
        "app.py:7:1": (3, "app.py has 6 lines, not 7."),
        "app.py:5:18": (3, "Line 5 of app.py has 16 characters; its last place is column 17."),
        "pipe.py:1:1": (3, "pipe.py is not a file with text."),
        "circle.py:1:1": (3, "There is no file circle.py."),
        "caf\udce9.py:1:1": (3, "The name of caf .py is not UTF-8"),
    }
    answers = holdfast_at_once(*map(command, expected), cwd=shop)

    for ran, (code, words) in zip(answers, expected.values(), strict=True):
        assert (ran.code, ran.out) == (code, "")
        assert ran.err.startswith(f"holdfast: {words}")
        assert ran.err.count("\n") == 1


def test_a_file_that_may_not_be_read_is_a_line_of_words(shop: Path) -> None:
    locked = shop / "locked"
    locked.mkdir()
    (locked / "a.py").touch()
    locked.chmod(0)
    ran = holdfast_as_anybody("complete", "locked/a.py:1:1", "--json", cwd=shop)
    locked.chmod(0o700)

    assert (ran.code, ran.out) == (3, "")
    assert ran.err == "holdfast: locked/a.py cannot be read: Permission denied. Check its permissions.\n"


def test_no_test_here_asks_a_server_of_this_machine() -> None:
    assert str(DEFAULT_PORT) not in NOBODY_LISTENS
