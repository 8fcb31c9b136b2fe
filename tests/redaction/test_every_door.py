"""Whatever way a text takes to this machine's data: no secret in it is in any byte of any file there.

Every door has a word of its own, which must arrive: what no text goes through lets no secret through either.
"""

import asyncio
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cli_process import holdfast
from holdfast.sessions.importers.import_file import FileImporter
from holdfast.sessions.importers.importer import (
    Item,
    Message,
    Reference,
    SessionFacts,
    Text,
    ToolCall,
    ToolResult,
    UnknownRecord,
)
from holdfast.sessions.log.store import SessionLog
from importing import DAY_MS, Told
from lsp_client import PATIENCE_S, LspClient
from planted_secrets import TOKENS, seeded
from scripted_ollama import ScriptedOllama
from sessions_fixture import rows
from sessions_golden import EXPECTED, HOME, Case, cases, import_all
from shop_workspace import APP, app, make_shop

TOKEN = next(make(seeded(7)) for kind, make in TOKENS.items() if kind.startswith("GitHub"))
PHRASE = "Kwendelbrauk!7"
MAIL = "kunigunde.zwirn@zwirnhausen.dev"
PLANTED = (TOKEN, PHRASE, MAIL)
FRAGMENT = 10
MODEL_FINDS = json.dumps({"found": [{"kind": "person", "text": "Anna Schmidt"}]})


def sentence(door: str) -> str:
    return f"{door}: DB_PASSWORD={PHRASE} {TOKEN} {MAIL}"


def leaks(folder: Path) -> list[tuple[str, str]]:
    """The files in `folder` with ten characters in a row of a secret (of a short one: all), in letters of any case."""
    pieces = {
        secret[at : at + FRAGMENT].lower() for secret in PLANTED for at in range(max(1, len(secret) - FRAGMENT + 1))
    }
    found = []
    for path in folder.rglob("*"):
        content = path.read_bytes().decode("latin-1").lower() if path.is_file() else ""
        found += [(path.name, piece) for piece in pieces if piece in content or piece in path.name.lower()]
    return found


def planted_in(value: object, add: str) -> object:
    """`value` with `add` behind everything that reads like words, also in JSON that is kept as a string."""
    if isinstance(value, dict):
        return {key: planted_in(item, add) for key, item in value.items()}
    if isinstance(value, list):
        return [planted_in(item, add) for item in value]
    if not isinstance(value, str) or value.count(" ") < 2:
        return value
    try:
        return json.dumps(planted_in(json.loads(value), add))
    except ValueError:
        return f"{value} {add}"


def plant_in_file(path: Path, add: str) -> None:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        path.write_text(json.dumps(planted_in(json.loads(text), add)), encoding="utf-8")
    elif path.suffix == ".jsonl":
        lines = (json.dumps(planted_in(json.loads(line), add)) for line in text.splitlines() if line.strip())
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    elif path.suffix in {".md", ".txt"}:
        lines = (f"{line} {add}" if line.count(" ") > 2 and line[0].isalpha() else line for line in text.splitlines())
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def whole_cases() -> Iterator[Case]:
    """A case of every tool whose files can be read as a whole."""
    chosen: dict[str, Case] = {}
    for case in cases():
        if case.name not in {"torn", "drifted", "zip"}:
            chosen.setdefault(case.tool, case)
    return iter(chosen.values())


def import_files(case: Case, root: Path, data: Path) -> None:
    folder = root / str(case)
    shutil.copytree(case.folder, folder)
    (folder / EXPECTED).unlink()
    for path in folder.rglob("*"):
        if path.is_file():
            plant_in_file(path, sentence(case.tool))
    import_all(case, folder, data)


def import_items(door: str, data: Path, root: Path, ask: Callable[[str], str] | None = None) -> None:
    """Items with a secret in every field that has room for one."""
    said = sentence(door)
    items: list[Item] = [
        SessionFacts(TOKEN, title=said, folder=f"/home/ada/{TOKEN}", branch=f"fix/{TOKEN}", continues=TOKEN),
        Message(
            TOKEN,
            TOKEN,
            "user",
            (
                Text(said),
                ToolCall(TOKEN, TOKEN, json.dumps({"command": said, "id": TOKEN})),
                ToolResult(TOKEN, json.dumps({"out": json.dumps({"said": said})}), is_error=False),
                *(Reference(to, said) for to in ("file", "commit", "url", "plan", TOKEN)),
            ),
            DAY_MS,
            model=TOKEN,
        ),
        Message(TOKEN, MAIL, "assistant", (Text(f"{said} of Anna Schmidt"),), DAY_MS + 1, model="gpt-5"),
        UnknownRecord(TOKEN, "", TOKEN, said),
    ]
    file = root / f"{door}.told"
    file.write_text(said)
    into = FileImporter(SessionLog(data / "sessions.db"), root / HOME, model=lambda: ask)
    assert into.import_file(Told(items, tool=door), file).problems == []
    into.close()


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


async def edit(workspace: Path, data: Path, server: ScriptedOllama) -> None:
    """What an editor tells: a decision, a task, problems, a branch, a commit, a file's name, code, a suggestion that was taken."""
    git(workspace, "init", "-qb", f"fix/{TOKEN}")
    git(workspace, "add", ".")
    git(workspace, "commit", "-qm", "Begin")
    server.generate_with(f'politely("{TOKEN}"))')
    async with LspClient(settings={"endpoint": server.endpoint}) as client:
        await client.initialize(workspace)
        await client.wait_for_state("ready")
        client.open(app(workspace), f"KEY = '{TOKEN}'\n{APP}")
        await client.complete(app(workspace), 5, 16)
        client.change(app(workspace), (5, 16), (5, 16), f'politely("{TOKEN}"))')
        client.notify("holdfast/taskEnded", {"name": f"task {sentence('task')}", "exitCode": 2})
        news = {"uri": app(workspace), "errors": 1, "warnings": 0, "messages": [sentence("problem")]}
        client.notify("holdfast/diagnosticsChanged", news)
        await client.command("holdfast.recordDecision", {"text": sentence("decision")})
        git(workspace, "commit", "-q", "--allow-empty", "-m", sentence("commit"))
        async with asyncio.timeout(PATIENCE_S):
            while missing(data, "task", "problem", "decision", "commit"):  # noqa: ASYNC110 - another process writes it
                await asyncio.sleep(0.1)
        # While the window is open, with what its databases have not written back yet.
        assert leaks(data) == []
        assert client.process is not None
        client.process.kill()


def missing(data: Path, *doors: str) -> list[str]:
    """The doors whose words are nowhere in the log."""
    bodies = [str(body) for (body,) in rows(data / "sessions.db", "SELECT body FROM entry")]
    return [door for door in doors if not any(f"{door}: DB_PASSWORD=[REDACTED:password:" in body for body in bodies)]


async def test_no_secret_is_in_any_byte_whichever_way_it_came(tmp_path: Path, private_places: Path) -> None:
    data, workspace = private_places / "data", make_shop(tmp_path / "shop")
    (workspace / "keys.py").write_text(f"def sign():\n    return hmac.new('{TOKEN}', b'{PHRASE}')\n")
    tools = list(whole_cases())
    for case in tools:
        import_files(case, tmp_path / "files", data)
    import_items("fields", data, tmp_path)
    import_items("looked-through", data, tmp_path, lambda _: MODEL_FINDS)
    with ScriptedOllama() as server:
        await edit(workspace, data, server)
    noted = holdfast("sessions", "note", sentence("note"), cwd=workspace)
    exported = holdfast("export-dataset", "--out", str(tmp_path / "out"), "--sessions", "--yes", cwd=workspace)

    assert (noted.code, exported.code) == (0, 0)
    assert missing(data, "fields", "looked-through", "note", *(case.tool for case in tools)) == []
    assert rows(data / "sessions.db", "SELECT count(*) FROM entry WHERE body LIKE '%politely(%[REDACTED:github%'") == [
        (1,)
    ]
    assert leaks(data) == []
    assert leaks(tmp_path / "out") == []


@pytest.mark.parametrize("secret", PLANTED)
def test_a_leak_is_seen(secret: str, tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"\x00\xff" + secret.upper().encode() + b"\x00")

    assert {name for name, _ in leaks(tmp_path)} == {"log"}
