"""How well and how fast the session log is searched: on a made-up log of any size, with questions whose answers are known."""

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from holdfast.evaluation.retriever_ranks import percentile
from holdfast.evaluation.session_corpus import NEWEST_MS, Corpus
from holdfast.sessions.entries.entry import Entry
from holdfast.sessions.log.search import search
from holdfast.sessions.log.size import database_bytes
from holdfast.sessions.log.store import SessionLog
from holdfast.sqlite.connection import open_for_reading

_BATCH: Final = 1_000
_FIRST: Final = 5
_LIMIT: Final = 20
_FACTS: Final = 160


@dataclass(frozen=True, slots=True)
class GroupScore:
    """Of the questions of one manner: how often an answer is among the first five, the mean of 1/rank, times in ms."""

    questions: int
    recall_at_5: float
    mrr: float
    p50_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True)
class SearchReport:
    """`added_again` counts entries that adding all of them a second time added; times of that and of writing in seconds.

    `cpu_p95_ms` is processor time, the same whatever else the machine does.
    """

    entries: int
    sessions: int
    bytes: int
    seed: int
    write_s: float
    again_s: float
    added_again: int
    p50_ms: float
    p95_ms: float
    cpu_p95_ms: float
    groups: dict[str, GroupScore]

    def as_json(self) -> dict[str, object]:
        """The report as plain values."""
        return {name: getattr(self, name) for name in self.__slots__ if name != "groups"} | {
            "groups": {
                name: {key: getattr(score, key) for key in score.__slots__} for name, score in self.groups.items()
            }
        }


def evaluate_search(path: Path, entries: int, seed: int, progress: Callable[[int, int], None]) -> SearchReport:
    """Write a made-up log of about so many entries to `path`, which must not exist, add it all again, and ask."""
    corpus = Corpus(entries, _FACTS, seed)
    written: list[Entry] = []
    sessions = 0
    for session in corpus.sessions():
        written += session
        sessions += 1
    log = SessionLog(path)
    started = time.perf_counter()
    for first in range(0, len(written), _BATCH):
        log.add(written[first : first + _BATCH])
        progress(first, len(written))
    between = time.perf_counter()
    again = sum(log.add(written[first : first + _BATCH]) for first in range(0, len(written), _BATCH))
    ended = time.perf_counter()
    log.close()
    ranks, times, processor = _ask(path, corpus)
    groups = {
        group: GroupScore(
            questions=len(found),
            recall_at_5=sum(0 < rank <= _FIRST for rank in found) / len(found),
            mrr=sum(1 / rank for rank in found if rank) / len(found),
            p50_ms=percentile(sorted(times[group]), 0.5),
            p95_ms=percentile(sorted(times[group]), 0.95),
        )
        for group, found in ranks.items()
    }
    every = sorted(ms for of_group in times.values() for ms in of_group)
    return SearchReport(
        entries=len(written),
        sessions=sessions,
        bytes=database_bytes(path),
        seed=seed,
        write_s=between - started,
        again_s=ended - between,
        added_again=again,
        p50_ms=percentile(every, 0.5),
        p95_ms=percentile(every, 0.95),
        cpu_p95_ms=percentile(sorted(processor), 0.95),
        groups=groups,
    )


def _ask(path: Path, corpus: Corpus) -> tuple[dict[str, list[int]], dict[str, Sequence[float]], list[float]]:
    """By group the rank of the first answer (0: none among twenty) and the times; and all in processor time, in ms."""
    ranks: defaultdict[str, list[int]] = defaultdict(list)
    times: defaultdict[str, list[float]] = defaultdict(list)
    processor: list[float] = []
    connection = open_for_reading(path)
    for question in corpus.questions:
        started, begun = time.perf_counter(), time.process_time()
        hits = search(connection, question.text, limit=_LIMIT, now_ms=NEWEST_MS)
        times[question.group].append((time.perf_counter() - started) * 1_000)
        processor.append((time.process_time() - begun) * 1_000)
        rank = next((place for place, hit in enumerate(hits, 1) if hit.entry in question.answers), 0)
        ranks[question.group].append(rank)
    connection.close()
    return dict(ranks), dict(times), processor
