"""The grammar of a document that is opened is loaded before the first key needs it, and not on the loop."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from holdfast.index import languages
from holdfast.locations import find_locations
from holdfast.lsp.documents import OpenDocuments
from holdfast.lsp.sidecar import Sidecar, WindowFacts


@pytest.mark.parametrize(("language", "loaded"), [("go", 1), ("a language nobody knows", 0)], ids=["go", "unknown"])
async def test_the_grammar_is_loaded_off_the_loop(tmp_path: Path, language: str, loaded: int) -> None:
    places = {"HOLDFAST_DATA_DIR": str(tmp_path / "data"), "HOLDFAST_CACHE_DIR": str(tmp_path / "cache")}
    sidecar = Sidecar(WindowFacts((), None, "test"), find_locations(places), OpenDocuments(), lambda: None)
    await sidecar.start({"provider": "none"})
    languages.load_grammar.cache_clear()

    threads, may_load = ThreadPoolExecutor(1), threading.Event()
    asyncio.get_running_loop().set_default_executor(threads)
    threads.submit(may_load.wait)
    sidecar.opened(language)
    await asyncio.sleep(0)
    at_once = languages.load_grammar.cache_info().currsize
    may_load.set()
    async with asyncio.timeout(10):
        while languages.load_grammar.cache_info().currsize < loaded:  # noqa: ASYNC110 - a thread does it
            await asyncio.sleep(0.01)
    await sidecar.aclose()

    assert (at_once, languages.load_grammar.cache_info().currsize) == (0, loaded)
