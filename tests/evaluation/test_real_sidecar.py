"""The bench's own measuring, on a small workspace: that keys are told apart rightly, not how long they take."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from holdfast.evaluation.arrival_server import ArrivalServer, arrival_server
from holdfast.evaluation.embedded_memory import memory_while_typing
from holdfast.evaluation.keystroke_times import Bench, time_to_answer, time_to_request
from holdfast.evaluation.lsp_process import LspProcess, RequestRefused, ServerEnded
from holdfast.evaluation.real_sidecar import SERVE, SidecarPlace, indexed_sidecar, start_sidecar
from holdfast.evaluation.sidecar_start import first_context_seconds, start_seconds
from holdfast.evaluation.typing_trace import Passage, SourceFile
from holdfast.index.indexer_lock import IndexerLock
from holdfast.locations import Locations
from shop_workspace import make_shop

TYPED = "    print(greet_politely('World'))\n    again = greet_politely('Moon')"
TEXT = f"from library import greet_politely\n\n\ndef main() -> None:\n{TYPED}\n\n\nmain()\n"
PASSAGE = Passage(SourceFile("app.py", "python", TEXT), TEXT.index("print"), TEXT.index("\n\n\nmain"))
OTHER_PASSAGE = Passage(SourceFile("other.py", "python", TEXT), PASSAGE.start, PASSAGE.end)


@pytest.fixture
def place(tmp_path: Path) -> SidecarPlace:
    return SidecarPlace(make_shop(tmp_path / "shop"), Locations(tmp_path / "data", tmp_path / "cache"))


@pytest.fixture
async def server() -> AsyncIterator[ArrivalServer]:
    async with arrival_server() as listening:
        yield listening


@pytest.fixture
async def bench(place: SidecarPlace, server: ArrivalServer) -> AsyncIterator[Bench]:
    settings = {"endpoint": server.endpoint, "debounceMs": 0}
    async with indexed_sidecar(place, settings) as sidecar, await start_sidecar(place, {"provider": "none"}) as other:
        yield Bench(sidecar, other, server, place.root)


async def test_every_key_that_is_contradicted_sends_a_request(bench: Bench) -> None:
    times = await time_to_request(bench, [PASSAGE, OTHER_PASSAGE], 6)
    assert (len(times.counted), times.others, len(times.reference)) == (12, 0, 12)
    assert all(0 < time < 5 for time in times.counted)


async def test_keys_along_a_known_text_count_and_those_that_ask_do_not(bench: Bench) -> None:
    times = await time_to_answer(bench, [PASSAGE], 12)
    assert (len(times.counted), times.others) == (11, 1)


async def test_an_indexer_that_stands_still_is_told(place: SidecarPlace) -> None:
    with IndexerLock(place.directory) as lock:
        assert lock.try_acquire()
        with pytest.raises(TimeoutError, match="nothing new for 1 s"):
            async with indexed_sidecar(place, {"provider": "none"}, standstill_seconds=1.0):
                pass


async def test_the_first_context_is_that_of_another_file(place: SidecarPlace, server: ArrivalServer) -> None:
    async with indexed_sidecar(place, {"endpoint": server.endpoint}):
        pass
    assert await first_context_seconds(SERVE, place.environment, place.root, server, PASSAGE) > 0
    assert "def greet_politely" in server.arrivals[-1].prompt


async def test_memory_is_of_all_processes_while_keys_are_answered(place: SidecarPlace) -> None:
    async with indexed_sidecar(place, {"provider": "none"}, with_corpus=True) as sidecar:
        memory = await memory_while_typing(sidecar, place.root, [PASSAGE], 25)
    assert memory.keys == 25
    if memory.processes:
        assert memory.processes > 1
        assert memory.most_bytes > memory.sidecar_bytes > 1_000_000


async def test_a_server_starts_when_it_has_answered(place: SidecarPlace) -> None:
    assert await start_seconds(SERVE, place.environment, place.root) > 0


async def test_an_error_and_an_end_are_told(place: SidecarPlace) -> None:
    process = await LspProcess.start(SERVE, environment=place.environment)
    with pytest.raises(RequestRefused):
        await process.ask("no/suchMethod", None)
    asked = process.request("shutdown", None)
    await process.kill()
    with pytest.raises(ServerEnded):
        await asked.answer
