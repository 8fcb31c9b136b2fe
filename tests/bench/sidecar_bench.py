"""The sidecar's own times and memory, over LSP: `python tests/bench/sidecar_bench.py [--json FILE] [--files N] [--keys N]`.

It starts the real `holdfast serve` on a workspace of 10,000 files, types into it as an editor does, and times what leaves
it: the request at a loopback model server, the answer on standard output. A server of nothing but pygls is asked the
same beside it, so that a busy machine shows.
"""

import argparse
import asyncio
import json
import math
import os
import random
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from holdfast.evaluation.arrival_server import ArrivalServer, arrival_server
from holdfast.evaluation.embedded_memory import EmbeddedMemory, memory_while_typing
from holdfast.evaluation.keystroke_times import Bench, KeyTimes, time_to_answer, time_to_request
from holdfast.evaluation.large_workspace import PACKAGES, LargeWorkspace, draw_large_workspace
from holdfast.evaluation.lsp_editor import initialize_params
from holdfast.evaluation.lsp_process import LspProcess, notification
from holdfast.evaluation.real_sidecar import SERVE, SidecarPlace, indexed_sidecar
from holdfast.evaluation.rewritten_files import being_rewritten
from holdfast.evaluation.sidecar_start import first_context_seconds, start_seconds
from holdfast.evaluation.spread import Spread, spread_of
from holdfast.evaluation.third_party import fetch_package
from holdfast.evaluation.typing_trace import Passage, SourceFile, draw_passage
from holdfast.index.indexer_state import read_state
from holdfast.locations import Locations

BARE = (sys.executable, str(Path(__file__).with_name("bare_pygls.py")))
FILES = 10_000
KEYS, KEYS_EACH = 480, 60
"""Keys of each kind in all, and of one file."""
STARTS = 15
CONTEXTS = 7
MEMORY_FILES, MEMORY_KEYS_EACH = 5, 80
REWRITTEN_PER_SECOND = 50.0
SEED = 12
MEDIUM = (8_000, 60_000)
LARGE = (80_000, 100_000)
_STARTED = time.monotonic()
_NO_SERVER = "http://127.0.0.1:9"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the report, in words; `reference` is what bare pygls took beside it, the ratio to it in brackets."""

    what: str
    wanted: str
    got: str
    n: int
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is measured: a sidecar's place, and the files there."""

    place: SidecarPlace
    workspace: LargeWorkspace


async def measure(subject: Subject, keys: int) -> list[Row]:
    """All rows, on an indexed workspace."""
    rows = await _start_rows(subject)
    rows.append(_memory_row(await _memory(subject), len(subject.workspace.files)))
    async with arrival_server() as server, _window(subject.place, server) as bench:
        for name, row in (("typed through", _typed_through), ("to the wire", _to_the_wire)):
            _tell(name)
            rows.append(await row(subject, bench, keys))
    return rows


async def _start_rows(subject: Subject) -> list[Row]:
    _tell("start")
    root, environment = subject.place.root, subject.place.environment
    ours, bare = [], []
    for _ in range(STARTS):
        bare.append(await start_seconds(BARE, environment, root))
        ours.append(await start_seconds(SERVE, environment, root))
    passages = _passages(subject.workspace, CONTEXTS, MEDIUM, "contexts")
    async with arrival_server() as server:
        contexts = [await first_context_seconds(SERVE, environment, root, server, passage) for passage in passages]
    start, reference, context = spread_of(ours), spread_of(bare), spread_of(contexts)
    return [
        Row(
            "process start to `initialize` answered, against bare pygls (medians)",
            "≤ 1.3 times",
            f"{start.p50_ms / reference.p50_ms:.2f} times ({start.p50_ms:.0f} ms)",
            start.count,
            f"{reference.p50_ms:.0f} ms",
        ),
        Row(
            f"`initialized` to the first request with code of other files, {len(subject.workspace.files):,} files indexed",
            "≤ 500 ms",
            f"median {context.p50_ms:.0f} ms, most {context.most_ms:.0f} ms",
            context.count,
        ),
    ]


async def _memory(subject: Subject) -> EmbeddedMemory:
    _tell("memory")
    passages = _passages(subject.workspace, MEMORY_FILES, MEDIUM, "memory")
    async with indexed_sidecar(subject.place, {"endpoint": _NO_SERVER}, with_corpus=True) as sidecar:
        return await memory_while_typing(sidecar, subject.place.root, passages, MEMORY_KEYS_EACH)


def _memory_row(memory: EmbeddedMemory, files: int) -> Row:
    megabytes = f"{memory.most_bytes / 1e6:.0f} MB (sidecar {memory.sidecar_bytes / 1e6:.0f} MB)"
    return Row(
        f"memory (PSS) of the sidecar, its indexer and all their processes, {files:,} files,"
        f" the embedded engine answering ({memory.answered} of {memory.keys} keys)",
        "≤ 300 MB",
        megabytes if memory.most_bytes else "not measured on this system",
        memory.processes,
    )


async def _typed_through(subject: Subject, bench: Bench, keys: int) -> Row:
    passages = _passages(subject.workspace, math.ceil(keys / KEYS_EACH), LARGE, "typed")
    times = await time_to_answer(bench, passages, min(keys, KEYS_EACH))
    return _key_row("typed-through answer, files of 80 to 100 KB", "p99 ≤ 5 ms", times, "asked the server")


async def _to_the_wire(subject: Subject, bench: Bench, keys: int) -> Row:
    workspace = subject.workspace
    passages = _passages(workspace, math.ceil(keys / KEYS_EACH), MEDIUM, "wire")
    before = read_state(subject.place.directory).generation
    with being_rewritten([workspace.root / file for file in workspace.rewritable], REWRITTEN_PER_SECOND):
        times = await time_to_request(bench, passages, min(keys, KEYS_EACH))
        commits = read_state(subject.place.directory).generation - before
    what = (
        f"key to the first byte of its request, {len(workspace.files):,} files indexed, {REWRITTEN_PER_SECOND:.0f}"
        f" rewritten a second ({commits} changes of the index meanwhile)"
    )
    return _key_row(what, "p50 ≤ 4 ms, p99 ≤ 20 ms", times, "sent none")


def _key_row(what: str, wanted: str, times: KeyTimes, others: str) -> Row:
    ours, reference = spread_of(times.counted), spread_of(times.reference)
    return Row(
        f"{what}; {times.others} more keys {others}",
        wanted,
        _in_words(ours),
        ours.count,
        f"{_in_words(reference)} ({_ratio(ours.p50_ms, reference.p50_ms)}, {_ratio(ours.p99_ms, reference.p99_ms)})",
    )


def _in_words(spread: Spread) -> str:
    return f"p50 {spread.p50_ms:.1f} ms, p99 {spread.p99_ms:.1f} ms, most {spread.most_ms:.0f} ms"


def _ratio(ours: float, reference: float) -> str:
    return f"{ours / reference:.1f} times" if reference else "-"


@asynccontextmanager
async def _window(place: SidecarPlace, server: ArrivalServer) -> AsyncIterator[Bench]:
    """A sidecar whose index is up to date, and bare pygls beside it."""
    async with (
        indexed_sidecar(place, {"endpoint": server.endpoint, "debounceMs": 0}) as sidecar,
        await LspProcess.start(BARE, environment=place.environment) as reference,
    ):
        await reference.ask("initialize", initialize_params(place.root))
        reference.send(notification("initialized", {}))
        yield Bench(sidecar, reference, server, place.root)


def _passages(workspace: LargeWorkspace, count: int, size: tuple[int, int], purpose: str) -> list[Passage]:
    """`count` passages, each of another file of `size` (bytes, from and to), drawn for a purpose; fewer where there are."""
    draw = random.Random(f"{SEED} {purpose}")
    fitting = [file for file in workspace.stable if size[0] <= (workspace.root / file).stat().st_size <= size[1]]
    passages = []
    for file in draw.sample(fitting, min(count, len(fitting))):
        text = (workspace.root / file).read_text(encoding="utf-8", errors="replace")
        passages.append(draw_passage(draw, SourceFile(file, "python", text)))
    return passages


def _subject(cache: Path, files: int) -> Subject:
    packages = [fetch_package(name, version, cache) for name, version in PACKAGES]
    folder = cache.resolve() / "sidecar"
    workspace = draw_large_workspace(folder, packages, files, SEED)
    locations = Locations(data=folder / "data", cache=folder / "cache")
    return Subject(SidecarPlace(workspace.root, locations), workspace)


async def _index(subject: Subject) -> None:
    _tell(f"indexing {len(subject.workspace.files):,} files, unless they are")
    async with indexed_sidecar(subject.place, {"endpoint": _NO_SERVER}, with_corpus=True):
        pass


def _tell(phase: str) -> None:
    print(
        f"{time.monotonic() - _STARTED:4.0f} s, load {os.getloadavg()[0]:.1f}: {phase} ...", file=sys.stderr, flush=True
    )


def _print(rows: Sequence[Row]) -> None:
    for row in rows:
        print(f"{row.what}\n    wanted {row.wanted}; got {row.got}; n = {row.n}", end="")
        print(f"; bare pygls {row.reference}" if row.reference else "")


def main() -> int:
    """Print the rows; write them as JSON too when asked."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", type=Path)
    options.add_argument("--cache", type=Path, default=Path("build/bench"))
    options.add_argument("--files", type=int, default=FILES)
    options.add_argument("--keys", type=int, default=KEYS)
    asked = options.parse_args()
    subject = _subject(asked.cache, asked.files)
    asyncio.run(_index(subject))
    rows = asyncio.run(measure(subject, asked.keys))
    _print(rows)
    if asked.json is not None:
        asked.json.parent.mkdir(parents=True, exist_ok=True)
        asked.json.write_text(json.dumps([asdict(row) for row in rows], indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
