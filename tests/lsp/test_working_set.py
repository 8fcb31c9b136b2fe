"""What a person works with in other tabs reaches the context, unsaved; and the indexer hears what is open."""

import asyncio
import os
import sqlite3
from pathlib import Path

import pytest
from lsprotocol import types

from holdfast.index.chunk_store import INDEX_FILE
from holdfast.index.open_files import take_preferred
from holdfast.index.retrieval.query import WorkingText
from holdfast.index.retrieval.working_texts import LONGEST_TEXT
from holdfast.locations import Locations, find_locations
from holdfast.lsp.documents import OpenDocuments
from holdfast.lsp.open_file_news import OpenFileNews
from holdfast.lsp.working_set import open_texts_of
from holdfast.workspace_folder import Workspace, WorkspaceFolder
from lsp_client import Json, LspClient
from scripted_ollama import ScriptedOllama
from shop_workspace import DEFINITION, LIBRARY, app

TYPED = "def greet_warmly(name: str, times: int) -> str:\n    return name * times\n\n\n"
CURSOR = (4, 10)


@pytest.fixture
def workspace_of(tmp_path: Path) -> Workspace:
    (tmp_path / "shop" / "inner").mkdir(parents=True)
    locations = Locations(data=tmp_path / "data", cache=tmp_path / "cache")
    roots = (tmp_path / "shop", tmp_path / "shop" / "inner")
    return Workspace(tuple(WorkspaceFolder(root, locations, manifest_file=None) for root in roots))


def opened(*items: tuple[str, str]) -> OpenDocuments:
    documents = OpenDocuments()
    for uri, text in items:
        documents.open(types.TextDocumentItem(uri, "python", 1, text))
    return documents


def edit(documents: OpenDocuments, uri: str) -> None:
    whole = types.TextDocumentContentChangeWholeDocument("edited\n")
    documents.change(types.DidChangeTextDocumentParams(types.VersionedTextDocumentIdentifier(2, uri), [whole]))


def test_documents_stand_in_the_order_in_which_they_were_worked_with() -> None:
    documents = opened(("file:///a.py", ""), ("file:///b.py", ""), ("file:///c.py", ""), ("file:///d.py", ""))
    edit(documents, "file:///b.py")
    documents.focus("file:///a.py")
    documents.focus("file:///nowhere.py")
    documents.close("file:///c.py")
    assert [document.uri for document in documents.all()] == ["file:///a.py", "file:///b.py", "file:///d.py"]


def test_a_snapshot_stays_as_it_was() -> None:
    documents = opened(("file:///a.py", "before\n"))
    before = documents.all()
    edit(documents, "file:///a.py")
    assert [document.text for document in before] == ["before\n"]


def test_only_files_of_the_folder_are_worked_with(workspace_of: Workspace, tmp_path: Path) -> None:
    shop = (tmp_path / "shop").as_uri()
    documents = opened(
        (f"{shop}/a.py", "a = 1\n"),
        (f"{shop}/inner/b.py", "b = 1\n"),
        ((tmp_path / "c.py").as_uri(), "c = 1\n"),
        ("untitled:d.py", "d = 1\n"),
        (f"vscode-notebook-cell:{shop[5:]}/e.ipynb#W0", "e = 1\n"),
        (f"{shop}/f.py", "f" * (LONGEST_TEXT + 1)),
        (f"{shop}/g.py", "g = 1\n"),
    )
    assert open_texts_of(tmp_path / "shop", documents.all(), workspace_of) == (
        WorkingText("g.py", "python", "g = 1\n"),
        WorkingText("a.py", "python", "a = 1\n"),
    )


async def test_each_indexer_is_told_its_files_and_only_what_is_new(workspace_of: Workspace, tmp_path: Path) -> None:
    shop = (tmp_path / "shop").as_uri()
    documents = opened((f"{shop}/a.py", ""), (f"{shop}/inner/b.py", ""), ("untitled:c", ""), (f"{shop}/d.py", ""))
    news = OpenFileNews(documents)
    inner, outer = workspace_of.folders

    await news.tell(workspace_of)
    assert [take_preferred(folder.directory) for folder in (outer, inner)] == [["d.py", "a.py"], ["b.py"]]

    documents.focus(f"{shop}/a.py")
    await news.tell(workspace_of)
    assert [take_preferred(folder.directory) for folder in (outer, inner)] == [["a.py", "d.py"], []]

    await news.tell(workspace_of, anew=True)
    assert [take_preferred(folder.directory) for folder in (outer, inner)] == [["a.py", "d.py"], ["b.py"]]


async def test_news_are_due_once_for_each_new_order(workspace_of: Workspace) -> None:
    documents = opened(("file:///a.py", ""), ("file:///b.py", ""))
    news = OpenFileNews(documents)
    due = [news.is_due(), news.is_due()]
    await news.tell(workspace_of)
    edit(documents, "file:///b.py")
    due.append(news.is_due())
    edit(documents, "file:///a.py")
    assert [*due, news.is_due()] == [True, False, False, True]


async def shown(client: LspClient, workspace: Path, holds: str = DEFINITION) -> dict[str, str]:
    """The text of each block that would be sent at `app.py`, by path, once `holds` is among it."""
    result = await client.preview(app(workspace), *CURSOR, holds)
    return {block["path"]: block["text"] for block in result["blocks"]}


async def test_a_function_typed_in_another_tab_is_shown_before_it_is_saved(client: LspClient, workspace: Path) -> None:
    library = (workspace / "library.py").as_uri()
    client.open(library, LIBRARY)
    assert "greet_warmly" not in (await shown(client, workspace))["library.py"]
    client.change(library, (0, 0), (0, 0), TYPED)
    blocks = await shown(client, workspace, TYPED.partition("\n")[0])
    lines, text = blocks["library.py"].split("\n"), (TYPED + LIBRARY).split("\n")
    assert text[0] in lines
    assert [line for line in lines if line not in text] == []


async def test_what_is_unsaved_is_in_the_blocks_of_a_suggestion(
    client: LspClient, ollama: ScriptedOllama, workspace: Path
) -> None:
    client.open((workspace / "warmth.py").as_uri(), TYPED)
    await client.complete(app(workspace), 4, 16, kind=1)
    blocks: list[Json] = (await client.command("holdfast.explainSuggestion"))["blocks"]
    assert [(block["path"], block["lines"]) for block in blocks if "greet_warmly" in block["text"]] == [
        ("warmth.py", [1, 1])
    ]
    assert "<|file_sep|>warmth.py\ndef greet_warmly(name: str, times: int) -> str:\n" in ollama.prompts[-1]


async def test_the_text_of_a_closed_file_does_not_linger(client: LspClient, workspace: Path) -> None:
    library = (workspace / "library.py").as_uri()
    client.open(library, TYPED + LIBRARY)
    assert "greet_warmly" in (await shown(client, workspace, "greet_warmly"))["library.py"]
    client.notify("textDocument/didClose", {"textDocument": {"uri": library}})
    assert "greet_warmly" not in "".join((await shown(client, workspace)).values())


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param(".env", "GREET_TOKEN=1\ndef greet_warmly(): pass\n", id="secret by name"),
        pytest.param("node_modules/gen.py", TYPED, id="ignored"),
        pytest.param(
            "key.py",
            f"{TYPED}-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----\n",
            id="secret by content",
        ),
    ],
)
async def test_a_secret_or_ignored_file_that_is_open_never_enters(
    client: LspClient, workspace: Path, path: str, text: str
) -> None:
    client.open((workspace / path).as_uri(), text)
    assert "greet_warmly" not in "".join((await shown(client, workspace)).values())


async def test_after_a_switch_the_context_knows_what_was_typed_before_it(
    client: LspClient, ollama: ScriptedOllama, workspace: Path
) -> None:
    library = (workspace / "library.py").as_uri()
    client.open(library, LIBRARY)
    await client.complete(app(workspace), 4, 16, kind=1)
    client.change(library, (0, 0), (0, 0), TYPED)
    client.notify("holdfast/cursorMoved", {"uri": app(workspace), "position": {"line": 4, "character": 16}})
    async with asyncio.timeout(20):
        while "greet_warmly" not in ollama.prompts[-1]:  # noqa: ASYNC110 - nothing tells when it is primed
            await asyncio.sleep(0.05)
    assert TYPED.split("\n", 1)[0] in ollama.prompts[-1].split("\n")


async def test_the_indexer_begins_with_the_files_that_are_open(ollama: ScriptedOllama, tmp_path: Path) -> None:
    root = tmp_path / "many"
    root.mkdir()
    for number in range(200):
        (root / f"m{number}.py").write_text(f"def of_{number}(): pass\n")
        os.utime(root / f"m{number}.py", (10_000 - number, 10_000 - number))
    async with LspClient(settings={"endpoint": ollama.endpoint}) as client:
        await client.initialize(root)
        client.open((root / "m150.py").as_uri(), "def of_150(): pass\n")
        client.open((root / "m170.py").as_uri(), "def of_170(): pass\n")
        await client.wait_for_state("ready")
        await client.command("holdfast.refreshProjectContext")
    connection = sqlite3.connect(find_locations(os.environ).workspace_cache(root) / INDEX_FILE)
    order = [path for (path,) in connection.execute("SELECT path FROM file ORDER BY id LIMIT 3")]
    connection.close()
    assert order == ["m170.py", "m150.py", "m0.py"]
