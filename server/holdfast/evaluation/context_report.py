"""What `holdfast eval` finds out about one repository: one row for each way to fill the block, over the same lines."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from holdfast.evaluation.context_score import LineScore, Share, definition_recall, name_recall
from holdfast.evaluation.retriever_ranks import RetrieverScore, percentile


@dataclass(frozen=True, slots=True)
class Keeping:
    """What typing the sessions showed of the block.

    `kept` counts the keystrokes at which it was byte for byte the one before; `gather_ms` is what each gathering took.
    """

    keystrokes: int
    kept: int
    gather_ms: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One way to fill the block. `keeping` is None for a baseline, which has no keystrokes.

    `bytes_mean` and `tokens_mean` are of the blocks in front of lines that need something; `over_limit` counts those
    that were too long and scored nothing.
    """

    recall: Share
    definitions: Share
    limit_bytes: int
    bytes_mean: float
    bytes_most: int
    tokens_mean: float
    over_limit: int
    keeping: Keeping | None

    def as_json(self) -> dict[str, object]:
        """For programs; shares of nothing are null."""
        row: dict[str, object] = {
            "new_name_recall": _share_json(self.recall),
            "definition_recall": _share_json(self.definitions),
            "limit_bytes": self.limit_bytes,
            "bytes": {"mean": round(self.bytes_mean, 1), "most": self.bytes_most},
            "tokens": {"mean": round(self.tokens_mean, 1)},
            "over_limit": self.over_limit,
        }
        if self.keeping is not None:
            times = sorted(self.keeping.gather_ms)
            row["kept_block"] = _ratio(self.keeping.kept, self.keeping.keystrokes)
            row["keystrokes"] = self.keeping.keystrokes
            row["gather_ms"] = {"p50": round(percentile(times, 0.5), 2), "p95": round(percentile(times, 0.95), 2)}
        return row


@dataclass(frozen=True, slots=True)
class ContextReport:
    """Everything measured in one run. `lines` were typed, `lines_in_need` of them need a name or call a definition."""

    repository: str
    seed: int
    files: int
    sessions: int
    lines: int
    lines_in_need: int
    seconds: float
    rows: Mapping[str, Row]
    retrievers: Mapping[str, RetrieverScore]

    def as_json(self) -> dict[str, object]:
        """The object of `holdfast eval --json`."""
        return {
            "repository": self.repository,
            "seed": self.seed,
            "files": self.files,
            "sessions": self.sessions,
            "lines": self.lines,
            "lines_in_need": self.lines_in_need,
            "seconds": round(self.seconds, 1),
            "rows": {name: row.as_json() for name, row in self.rows.items()},
            "retrievers": {
                name: {key: round(value, 4) for key, value in asdict(score).items()}
                for name, score in self.retrievers.items()
            },
        }


def make_row(scores: Sequence[LineScore], tokens: int, limit_bytes: int, keeping: Keeping | None) -> Row:
    """Sum up; `tokens` are those of all blocks together."""
    count = max(1, len(scores))
    return Row(
        recall=name_recall(scores),
        definitions=definition_recall(scores),
        limit_bytes=limit_bytes,
        bytes_mean=sum(score.block_bytes for score in scores) / count,
        bytes_most=max((score.block_bytes for score in scores), default=0),
        tokens_mean=tokens / count,
        over_limit=sum(score.over_limit for score in scores),
        keeping=keeping,
    )


def _share_json(share: Share) -> dict[str, object]:
    value = share.value
    return {
        "value": None if value is None else round(value, 4),
        "hits": share.hits,
        "n": share.of,
        "low": round(share.low, 4),
        "high": round(share.high, 4),
    }


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
