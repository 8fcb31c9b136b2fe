"""The embeddings of a workspace from the setting to the names that are found, with a real server and a real index."""

import asyncio
import stat
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from embedding_window import ABOUT_INVOICES, EMBEDDER, FILES, INVOICES, Window, make_window, until
from holdfast.index.vectors.vector_store import VECTOR_FILE
from scripted_answer import Answer, WaitFor, as_json, embeddings, hanging, raw, refusal
from scripted_models import TOY_DIMENSIONS, ScriptedModel
from scripted_ollama import ScriptedOllama

FOUND = "collect_outstanding"


@pytest.fixture
def ollama() -> Iterator[ScriptedOllama]:
    with ScriptedOllama(models=[ScriptedModel(), EMBEDDER]) as server:
        yield server


@pytest.fixture
async def window(tmp_path: Path, ollama: ScriptedOllama) -> AsyncIterator[Window]:
    made = make_window(tmp_path, ollama)
    yield made
    await made.aclose()


async def test_names_of_the_nearest_code_are_found_by_embeddings(window: Window) -> None:
    await window.embed(len(FILES))
    found = await window.find()

    assert "embeddings" in found.found_by[FOUND]
    assert found.at_cursor[FOUND] > found.at_cursor["tune_violin"]
    assert window.embedded[-1] == ABOUT_INVOICES.strip()


async def test_code_of_the_file_itself_is_not_found(window: Window) -> None:
    await window.embed(len(FILES))

    assert FOUND not in (await window.find(path="billing.py")).found_by


@pytest.mark.parametrize(
    "settings",
    [
        {"embedding_model": None},
        {"provider": "none"},
        {"embedded": "always"},
        {"enabled": False},
        {"context_tokens": 0},
    ],
    ids=str,
)
async def test_without_a_model_or_a_server_nothing_is_asked_or_kept(
    window: Window, settings: dict[str, object]
) -> None:
    window.settings = settings

    assert window.build() is None
    assert window.folder is not None
    assert "embeddings" not in window.folder.retrieval.retrievers
    assert all("embeddings" not in found for found in (await window.find()).found_by.values())
    assert window.ollama.requests == []
    assert not (window.folder.directory / VECTOR_FILE).exists()


@pytest.mark.parametrize(
    ("allowed", "pieces"),
    [([], 0), (["other:latest"], 0), ([EMBEDDER.name], len(FILES))],
    ids=["none", "another", "it"],
)
async def test_a_model_on_another_machine_is_sent_code_only_where_it_is_allowed(
    window: Window, allowed: list[str], pieces: int
) -> None:
    window.ollama.models[1] = replace(EMBEDDER, remote_host="https://cloud.example")
    window.settings = {"allowed_remote_models": allowed}
    if pieces:
        await window.embed(pieces)
    else:
        part = window.build()
        assert part is not None
        part.start()
        await until(lambda: bool(window.ollama.received("/api/show")))
        await part.load()
        await window.find()

    assert len(window.embedded) == pieces


async def test_another_start_embeds_only_what_changed(window: Window) -> None:
    await window.embed(len(FILES))
    await window.aclose()
    window.ollama.requests.clear()
    violin = FILES["music.py"].replace("tighten", "loosen")
    window.write("music.py", violin)
    await window.embed(len(FILES) + 1)
    found = await window.find()

    assert window.embedded == [violin.strip(), ABOUT_INVOICES.strip()]
    assert "embeddings" in found.found_by[FOUND]


async def test_another_model_under_the_same_name_embeds_anew(window: Window) -> None:
    await window.embed(len(FILES))
    await window.aclose()
    window.ollama.models[1] = replace(EMBEDDER, digest="f00d")
    window.ollama.requests.clear()
    await window.embed(len(FILES))

    assert len(window.embedded) == len(FILES)


@pytest.mark.parametrize("damage", [b"", b"no database at all" * 100, None], ids=["empty", "garbage", "torn"])
async def test_a_damaged_file_is_dropped_and_built_again(window: Window, damage: bytes | None) -> None:
    await window.embed(len(FILES))
    await window.aclose()
    file = window.locations.workspace_cache(window.root) / VECTOR_FILE
    whole = file.read_bytes()
    file.write_bytes(damage if damage is not None else whole[: len(whole) // 2])
    window.ollama.requests.clear()
    await window.embed(len(FILES))

    assert sorted(window.embedded) == sorted(text.strip() for text in FILES.values())
    assert "embeddings" in (await window.find()).found_by[FOUND]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def of_each(answer: list[float]) -> Answer:
    return embeddings([answer])


@pytest.mark.parametrize(
    "answer",
    [
        of_each([1.0] * (TOY_DIMENSIONS + 1)),
        of_each([float("nan")] * TOY_DIMENSIONS),
        of_each([1e400] * TOY_DIMENSIONS),
        of_each([0.0] * TOY_DIMENSIONS),
        of_each([]),
        embeddings([]),
        embeddings([[1.0] * TOY_DIMENSIONS] * 2),
        as_json({"embedding": [1.0]}),
        as_json({"embeddings": None}),
        refusal(500, "model runner has unexpectedly stopped"),
        refusal(400, "the input length exceeds the context length"),
        raw(b'{"embeddings":[[', b"1.0," * (2 << 20), b"1.0]]}"),
        raw(b'{"embeddings":'),
        hanging(),
        hanging(headers_first=False),
    ],
    ids=[
        *("dimension", "nan", "infinite", "zero", "empty vector", "no vector", "too many", "other field", "null"),
        *("crash", "refusal", "huge", "torn", "hanging", "silent"),
    ],
)
async def test_a_server_that_lies_or_hangs_leaves_the_findings_as_without_it(window: Window, answer: Answer) -> None:
    window.settings = {"embedding_model": None}
    window.build()
    without = await window.find()
    await window.aclose()
    window.settings = {}
    await window.embed(len(FILES))
    window.ollama.answer_with("/api/embed", answer)

    assert await window.find() == without


@pytest.mark.parametrize(
    "answer", [of_each([float("nan")]), refusal(500, "out of memory"), raw(b"{")], ids=["nan", "crash", "torn"]
)
async def test_what_a_server_answers_wrongly_is_not_kept(window: Window, answer: Answer) -> None:
    window.ollama.answer_with("/api/embed", answer)
    part = window.build()
    assert part is not None
    part.start()
    await until(lambda: bool(window.ollama.received("/api/embed")))
    await window.aclose()

    assert len(window.ollama.received("/api/embed")) == 1
    again = window.build()
    assert again is not None
    await again.load()
    assert again.count == 0


async def test_a_key_wins_over_a_batch_that_comes_again_afterwards(window: Window) -> None:
    gate = threading.Event()
    slow = Answer(before_head=(WaitFor(gate),))
    window.ollama.answer_with("/api/embed", slow)
    part = window.build()
    assert part is not None
    part.start()
    await until(lambda: bool(window.ollama.received("/api/embed")))
    with window.is_resting.broken():
        first = window.ollama.received("/api/embed")[0]
        assert await asyncio.to_thread(first.ended.wait, 10)
        assert first.ending == "client_closed"
        window.ollama.answer_by_contract("/api/embed")
        await asyncio.sleep(0.1)
        assert len(window.ollama.received("/api/embed")) == 1
    await until(lambda: part.count == len(FILES))

    assert len(window.embedded) == 2 * len(FILES)


async def test_nothing_is_embedded_while_the_model_is_busy(window: Window) -> None:
    window.is_resting.is_busy = lambda: True
    part = window.build()
    assert part is not None
    part.start()
    await asyncio.sleep(0.2)

    assert window.ollama.requests == []


async def test_secret_and_ignored_files_are_never_sent(window: Window) -> None:
    text = "PASSWORD_OF_PRODUCTION = 'a-long-and-secret-word-for-nobody-else'\n"
    (window.root / ".gitignore").write_text("private/\n")
    (window.root / "private").mkdir()
    (window.root / "private" / "keys.py").write_text(text)
    window.write(".env", text)
    await window.embed(len(FILES))
    for path in (".env", "private/keys.py"):
        await window.find(before=text, path=path)

    assert not any("PASSWORD" in sent for sent in window.embedded)


async def test_a_second_window_on_the_folder_reads_what_the_first_embeds(window: Window) -> None:
    await window.embed(len(FILES))
    second = Window(window.root, window.locations, window.ollama)
    part = second.build()
    assert part is not None
    await part.load()
    try:
        assert part.count == len(FILES)
        assert "embeddings" in (await second.find()).found_by[FOUND]
        assert window.embedded.count(INVOICES.strip()) == 1
    finally:
        await second.aclose()


async def test_a_server_that_is_lost_is_asked_again_once_it_is_found(window: Window) -> None:
    window.ollama.stop()
    part = window.build()
    assert part is not None
    part.start()
    await asyncio.sleep(0.1)
    window.ollama.start()
    part.start()
    await until(lambda: part.count == len(FILES))

    assert sorted(window.embedded) == sorted(text.strip() for text in FILES.values())


async def test_what_is_asked_of_the_server(window: Window) -> None:
    window.settings = {"keep_alive": "5m"}
    await window.embed(len(FILES))
    bodies = [request.body for request in window.ollama.received("/api/embed")]

    assert [{key: body[key] for key in body if key != "input"} for body in bodies] == [
        {"model": "toy-embed:latest", "truncate": True, "keep_alive": "5m"}
    ]
