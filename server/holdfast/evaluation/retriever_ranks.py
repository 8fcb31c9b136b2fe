"""How each retriever ranks the definitions that a line needs, asked alone: hit@1, recall@5, mean reciprocal rank."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from holdfast.evaluation.context_score import LineCase
from holdfast.index.retrieval.find import Retrieval
from holdfast.index.retrieval.query import RetrievalQuery

FIRST: Final = 5


@dataclass(frozen=True, slots=True)
class Ranked:
    """One retriever's answer to one case.

    `ranks` has the rank (from 1) of each needed name, None where it is not among the `given` names.
    """

    ranks: tuple[int | None, ...]
    given: int
    milliseconds: float


@dataclass(frozen=True, slots=True)
class RetrieverScore:
    """How one retriever ranks.

    `hit_at_1`: share of lines of which the first name given is needed. `recall_at_5`: share of needed names among the
    first five. `mrr`: mean over lines of one over the rank of the first name that is needed.
    """

    lines: int
    names: int
    hit_at_1: float
    recall_at_5: float
    mrr: float
    given: float
    p50_ms: float
    p95_ms: float


def ask_each(retrieval: Retrieval, case: LineCase) -> dict[str, Ranked]:
    """Every retriever's answer at the case's cursor, asked alone."""
    cursor = case.cursor
    query = RetrievalQuery(cursor.path, cursor.language, cursor.before, cursor.after)
    answers: dict[str, Ranked] = {}
    for retriever in retrieval.retrievers:
        began = time.perf_counter()
        names = [candidate.name for candidate in retrieval.rank_names(query, retriever)]
        took = (time.perf_counter() - began) * 1000
        ranks = tuple(names.index(wanted) + 1 if wanted in names else None for wanted in case.needed)
        answers[retriever] = Ranked(ranks, len(names), took)
    return answers


def score_retrievers(answers: Iterable[Mapping[str, Ranked]]) -> dict[str, RetrieverScore]:
    """Each retriever over all cases."""
    by_name: dict[str, list[Ranked]] = {}
    for answer in answers:
        for name, ranked in answer.items():
            by_name.setdefault(name, []).append(ranked)
    return {name: _score(ranked) for name, ranked in by_name.items()}


def _score(answers: Sequence[Ranked]) -> RetrieverScore:
    best = [min((rank for rank in answer.ranks if rank is not None), default=None) for answer in answers]
    ranks = [rank for answer in answers for rank in answer.ranks]
    times = sorted(answer.milliseconds for answer in answers)
    lines = max(1, len(answers))
    return RetrieverScore(
        lines=len(answers),
        names=len(ranks),
        hit_at_1=sum(rank == 1 for rank in best) / lines,
        recall_at_5=sum(rank is not None and rank <= FIRST for rank in ranks) / max(1, len(ranks)),
        mrr=sum(1 / rank for rank in best if rank is not None) / lines,
        given=sum(answer.given for answer in answers) / lines,
        p50_ms=percentile(times, 0.5),
        p95_ms=percentile(times, 0.95),
    )


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value below which `share` of the ordered values lie; 0 of none."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0
