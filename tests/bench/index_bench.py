"""Index speed, freshness and retrieval on thousands of files: `python tests/bench/index_bench.py [--json FILE] [--cache DIR] [--files N] [--rounds N]`.

The workspace is drawn by seed from the Python files of real packages, fetched by name and version. Its index is made by
the indexer's own process, as a sidecar starts it, and compared with nothing but tree-sitter's parse of the same bytes on
one core, turn by turn in the same run. The indexer runs at low priority: what else the machine does counts against it.
"""

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from tree_sitter import Parser

from holdfast.evaluation.large_workspace import PACKAGES
from holdfast.evaluation.third_party import fetch_package
from holdfast.index.chunk_reader import ChunkReader
from holdfast.index.indexer_state import read_state
from holdfast.index.languages import grammar_of, load_grammar
from holdfast.index.retrieval.find import Retrieval
from holdfast.index.retrieval.query import RetrievalQuery
from holdfast.index_child import command_line

FILES = 5_000
ROUNDS = 2
SAVES = 100
QUESTIONS = 300
SEED = 11
_PATIENCE_S = 300.0
_LOOK_S = 0.001
_COLD_LOOK_S = 0.01
"""Looking every millisecond takes a fifteenth of a core from the indexer, whose priority is lower."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Milliseconds: the middle and the 95th percentile of `count` measurements."""

    p50_ms: float
    p95_ms: float
    count: int


@dataclass(frozen=True, slots=True)
class ColdIndex:
    """One turn: seconds from the process's start until all is searchable, and of CPU, helpers included; the bare parse."""

    index_s: float
    index_cpu_s: float
    first_committed_s: float
    parse_s: float
    parse_cpu_s: float


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What `measure` found; the ratios are medians over the turns."""

    files: int
    chunks: int
    source_bytes: int
    cold_ratio: float
    cold_cpu_ratio: float
    cold: tuple[ColdIndex, ...]
    saved_to_searchable: Spread
    retrieval: Spread
    definition: Spread
    database_bytes_per_source_byte: float


def measure(cache: Path, *, files: int = FILES, rounds: int = ROUNDS) -> dict[str, object]:
    """The report as JSON can hold it. Fetches the packages into `cache` unless they are there."""
    with tempfile.TemporaryDirectory() as scratch:
        root = (Path(scratch) / "workspace").resolve()
        _draw_workspace(root, cache, files)
        directory = Path(scratch) / "index"
        turns = []
        for turn in range(rounds):
            directory = Path(scratch) / f"index-{turn}"
            turns.append(_cold(root, directory))
        with _indexer(root, directory):
            saves = _spread(_time_saves(root, directory))
        reader = ChunkReader(directory)
        count, chunks, source_bytes = reader.totals()
        report = IndexReport(
            files=count,
            chunks=chunks,
            source_bytes=source_bytes,
            cold_ratio=statistics.median(turn.index_s / turn.parse_s for turn in turns),
            cold_cpu_ratio=statistics.median(turn.index_cpu_s / turn.parse_cpu_s for turn in turns),
            cold=tuple(turns),
            saved_to_searchable=saves,
            retrieval=_spread(_time_retrieval(root, reader)),
            definition=_spread(_time_definitions(reader)),
            database_bytes_per_source_byte=sum(file.stat().st_size for file in directory.glob("index.db*"))
            / source_bytes,
        )
        reader.close()
    return asdict(report)


def _draw_workspace(root: Path, cache: Path, files: int) -> None:
    found = [
        (folder, file)
        for folder in (fetch_package(name, version, cache) for name, version in PACKAGES)
        for file in sorted(folder.rglob("*.py"))
        if 0 < file.stat().st_size <= 1_000_000
    ]
    for folder, file in random.Random(SEED).sample(found, min(files, len(found))):
        target = root / folder.name / file.relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)


def _cold(root: Path, directory: Path) -> ColdIndex:
    grammar = grammar_of("python")
    assert grammar is not None
    parser = Parser(load_grammar(grammar))
    texts = [file.read_bytes() for file in sorted(root.rglob("*.py"))]
    began, cpu = time.perf_counter(), time.process_time()
    for text in texts:
        parser.parse(text)
    parse_s, parse_cpu_s = time.perf_counter() - began, time.process_time() - cpu
    began = time.perf_counter()
    with _indexer(root, directory) as pid:
        _until(lambda: read_state(directory).generation, _COLD_LOOK_S)
        first_s = time.perf_counter() - began
        _until(lambda: read_state(directory).phase == "idle", _COLD_LOOK_S)
        index_s = time.perf_counter() - began
        return ColdIndex(index_s, _cpu_s(pid), first_s, parse_s, parse_cpu_s)


@contextmanager
def _indexer(root: Path, directory: Path) -> Iterator[int]:
    """The indexer's process at work; its id."""
    child = subprocess.Popen(command_line(root, directory), stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        _until(lambda: read_state(directory).pid == child.pid)
        yield child.pid
    finally:
        child.communicate()


def _time_saves(root: Path, directory: Path) -> Iterator[float]:
    """Seconds from the end of a save to the new name's definition being found by a reader, file by file."""
    _until(lambda: read_state(directory).phase == "idle")
    draw = random.Random(SEED)
    paths = sorted(root.rglob("*.py"))
    reader = ChunkReader(directory)
    for number in range(SAVES):
        name = f"saved_{number}_by_the_benchmark"
        with draw.choice(paths).open("a") as file:
            file.write(f"\n\ndef {name}(argument):\n    return argument\n")
        began = time.perf_counter()
        _until(partial(reader.definitions_named, [name]))
        yield time.perf_counter() - began
        time.sleep(draw.uniform(0.0, 0.2))
    reader.close()


def _time_retrieval(root: Path, reader: ChunkReader) -> Iterator[float]:
    """Seconds for everything that is asked at one cursor, at seeded places."""
    draw = random.Random(SEED)
    paths = sorted(root.rglob("*.py"))
    retrieval = Retrieval(reader)
    for _ in range(QUESTIONS):
        path = draw.choice(paths)
        text = path.read_text("utf-8", "replace")
        at = draw.randrange(len(text))
        query = RetrievalQuery(path.relative_to(root).as_posix(), "python", text[:at], text[at:])
        began = time.perf_counter()
        retrieval.find(query)
        yield time.perf_counter() - began


def _time_definitions(reader: ChunkReader) -> Iterator[float]:
    """Seconds to find the definitions of one name, whose chunks lie anywhere in the index."""
    draw = random.Random(SEED)
    names = sorted(
        {found.chunk.name for found in reader.chunks_with_words(["self", "value", "name", "get"], 5_000)} - {""}
    )
    for _ in range(QUESTIONS):
        name = draw.choice(names)
        began = time.perf_counter()
        reader.names.definitions_named([name])
        yield time.perf_counter() - began


def _spread(seconds: Iterator[float]) -> Spread:
    times: Sequence[float] = sorted(seconds)
    p50, p95 = (1000 * times[min(len(times) - 1, int(share * len(times)))] for share in (0.5, 0.95))
    return Spread(p50, p95, len(times))


def _until(question: Callable[[], object], look_s: float = _LOOK_S) -> None:
    until = time.monotonic() + _PATIENCE_S
    while not question():
        if time.monotonic() > until:
            raise SystemExit("the indexer did not get there; see its state")
        time.sleep(look_s)


def _cpu_s(pid: int) -> float:
    """What a process and its ended children have used so far, as the kernel tells it."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def main() -> int:
    """Print the numbers; write them as JSON too when asked."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", type=Path)
    options.add_argument("--cache", type=Path, default=Path("build/bench"))
    options.add_argument("--files", type=int, default=FILES)
    options.add_argument("--rounds", type=int, default=ROUNDS)
    asked = options.parse_args()
    report = measure(asked.cache, files=asked.files, rounds=asked.rounds)
    text = json.dumps(report, indent=1)
    sys.stdout.write(f"{text}\n")
    if asked.json is not None:
        asked.json.parent.mkdir(parents=True, exist_ok=True)
        asked.json.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
