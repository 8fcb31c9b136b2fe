"""Runs the evaluation of project context on one copied workspace, session by session.

In each session the lines are gone from the file on disk and in the index. They are typed once for each way to fill the
block; retrievers and baselines are asked at the same cursors.
"""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from holdfast.errors import WorkspaceError
from holdfast.evaluation.asked_folder import AskedFolder
from holdfast.evaluation.called_definitions import CalledDefinitions
from holdfast.evaluation.context_cases import TypedLines, draw_typed_lines
from holdfast.evaluation.context_replay import ContextReplay, replay_context
from holdfast.evaluation.context_report import ContextReport, Keeping, Row, make_row
from holdfast.evaluation.context_score import BLOCK_BYTES, LineCase, LineScore, score_line
from holdfast.evaluation.definition_line_baseline import DefinitionLines
from holdfast.evaluation.needed_names import ShownNames
from holdfast.evaluation.project_names import ProjectNames
from holdfast.evaluation.retriever_ranks import Ranked, ask_each, score_retrievers
from holdfast.evaluation.virtual_time import run_virtually
from holdfast.evaluation.window_baselines import Baseline, Windows
from holdfast.evaluation.workspace_copy import WorkspaceCopy
from holdfast.index.retrieval.evidence import Retriever
from holdfast.index.retrieval.find import RETRIEVERS
from holdfast.inference.token_estimate import BYTES_PER_TOKEN, estimate_tokens
from holdfast.settings import Settings

WHOLE: Final = "holdfast"
WITHOUT_MANIFEST: Final = "without the manifest"
_HEADER_BYTES: Final = 64

OnProgress = Callable[[int, int], None]
"""Told of sessions done and sessions in all."""


@dataclass(frozen=True, slots=True)
class EvaluationPlan:
    """What to measure.

    `context_bytes` are limits of the block, each a row of its own; None is the product's own budget, judged at 6,000
    bytes. `without_manifest` is one more row, where there is a manifest: what it costs and what it brings. After
    `most_seconds` no session is begun any more.
    """

    sessions: int
    seed: int = 1
    context_bytes: tuple[int | None, ...] = (None,)
    ablations: bool = False
    baselines: bool = False
    manifest_file: str | None = None
    without_manifest: bool = False
    settings: Settings = field(default_factory=Settings)
    retrievers: Mapping[str, Retriever] = field(default_factory=lambda: RETRIEVERS)
    most_seconds: float = math.inf


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to fill the block with the product: settings, limit, which retrievers are asked, and which manifest."""

    settings: Settings
    limit_bytes: int
    retrievers: Mapping[str, Retriever]
    manifest_file: str | None


@dataclass(slots=True)
class _Tally:
    """What one way has come to so far."""

    scores: list[LineScore] = field(default_factory=list)
    tokens: int = 0
    keystrokes: int = 0
    kept: int = 0
    gather_ms: list[float] = field(default_factory=list)

    def add(self, score: LineScore, block: str) -> None:
        """One line."""
        self.scores.append(score)
        self.tokens += estimate_tokens(block)

    def row(self, limit_bytes: int, *, typed: bool) -> Row:
        """The sum."""
        keeping = Keeping(self.keystrokes, self.kept, tuple(self.gather_ms)) if typed else None
        return make_row(self.scores, self.tokens, limit_bytes, keeping)


def evaluate_context(
    copy: WorkspaceCopy, plan: EvaluationPlan, scratch: Path, on_progress: OnProgress
) -> ContextReport:
    """Measure. Raises WorkspaceError when no file of the workspace fits the rule by which lines are drawn."""
    began = time.perf_counter()
    names = ProjectNames(copy.files)
    sessions = draw_typed_lines(names, plan.sessions, plan.seed)
    if not sessions:
        raise WorkspaceError(
            f"{copy.root.name} has no lines to measure: no file with a grammar, 30 rows of code and a name that only"
            " another file defines.",
            remedy="Name a folder with more source files.",
        )
    run = _Run(copy, plan, names, scratch)
    done = 0
    while done < len(sessions) and (not done or time.perf_counter() - began < plan.most_seconds):
        on_progress(done, len(sessions))
        run.type(done, sessions[done])
        done += 1
    return ContextReport(
        repository=copy.root.name,
        seed=plan.seed,
        files=len(copy.files),
        sessions=done,
        lines=run.lines,
        lines_in_need=run.lines_in_need,
        seconds=time.perf_counter() - began,
        rows=run.rows(),
        retrievers=score_retrievers(run.ranked),
    )


class _Run:
    """The counters of one evaluation."""

    def __init__(self, copy: WorkspaceCopy, plan: EvaluationPlan, names: ProjectNames, scratch: Path) -> None:
        self._copy, self._plan, self._scratch = copy, plan, scratch
        self._names = names
        self._called, self._shown = CalledDefinitions(names), ShownNames(names)
        self._ways = _ways(plan, copy.root.name)
        self._baselines = _baselines(names) if plan.baselines else {}
        self._tallies = {name: _Tally() for name in (*self._ways, *self._baselines)}
        self.ranked: list[Mapping[str, Ranked]] = []
        self.lines = self.lines_in_need = 0

    def type(self, number: int, session: TypedLines) -> None:
        """One session, in every way."""
        with self._copy.with_text(session.passage.file.path, session.text_without):
            for at, (name, way) in enumerate(self._ways.items()):
                folder = AskedFolder(self._copy, way.manifest_file, way.retrievers)
                try:
                    replayed = run_virtually(replay_context(session, folder, way.settings, self._scratch))
                    cases = self._judge(number, session, replayed, self._tallies[name], way.limit_bytes)
                    if at == 0:
                        self._ask_others(cases, folder, way.limit_bytes)
                        self.lines += len(replayed.starts)
                        self.lines_in_need += len(cases)
                finally:
                    folder.close()

    def rows(self) -> dict[str, Row]:
        """All rows, the whole product's first."""
        limit = next(iter(self._ways.values())).limit_bytes
        return {
            name: tally.row(self._ways[name].limit_bytes if name in self._ways else limit, typed=name in self._ways)
            for name, tally in self._tallies.items()
        }

    def _judge(
        self, number: int, session: TypedLines, replayed: ContextReplay, tally: _Tally, limit_bytes: int
    ) -> list[LineCase]:
        tally.keystrokes += replayed.keystrokes
        tally.kept += replayed.kept
        tally.gather_ms += replayed.gather_ms
        called = self._called.of_file(session.passage.file.path)
        cases = []
        for start in replayed.starts:
            case = LineCase(number, start.cursor, session.needed.get(start.row, ()), called.get(start.row, ()))
            if case.needed or case.called:
                cases.append(case)
                tally.add(score_line(case, start.block, limit_bytes, self._shown), start.block)
        return cases

    def _ask_others(self, cases: Sequence[LineCase], folder: AskedFolder, limit_bytes: int) -> None:
        """Retrievers and baselines, at the same cursors."""
        self.ranked += [ask_each(folder.retrieval, case) for case in cases if case.needed]
        for name, baseline in self._baselines.items():
            for case in cases:
                block = baseline(case.cursor, limit_bytes)
                self._tallies[name].add(score_line(case, block, limit_bytes, self._shown), block)


def _ways(plan: EvaluationPlan, repository: str) -> dict[str, _Way]:
    ways = {
        WHOLE if at == 0 else f"{WHOLE}, {limit:,} bytes" if limit else f"{WHOLE}, default": _whole(
            plan, limit, repository
        )
        for at, limit in enumerate(plan.context_bytes)
    }
    first = ways[WHOLE]
    if plan.without_manifest and plan.manifest_file is not None:
        ways[WITHOUT_MANIFEST] = replace(first, manifest_file=None)
    if plan.ablations:
        for left_out in plan.retrievers:
            retrievers = {name: retriever for name, retriever in plan.retrievers.items() if name != left_out}
            ways[f"without {left_out}"] = replace(first, retrievers=retrievers)
    return ways


def _whole(plan: EvaluationPlan, limit: int | None, repository: str) -> _Way:
    """The product with all retrievers; a limit in bytes becomes the setting in tokens, less the prompt's own header."""
    if limit is None:
        return _Way(plan.settings, BLOCK_BYTES, plan.retrievers, plan.manifest_file)
    room = limit - _HEADER_BYTES - len(repository.encode())
    tokens = max(0, int(room / BYTES_PER_TOKEN))
    settings = plan.settings.model_copy(update={"context_tokens": tokens})
    return _Way(settings, limit, plan.retrievers, plan.manifest_file)


def _baselines(names: ProjectNames) -> dict[str, Baseline]:
    windows = Windows(names.files.values())
    return {
        "definition lines": DefinitionLines(names, windows).ranked,
        "BM25 windows": windows.by_bm25,
        "Jaccard windows": windows.by_jaccard,
        "no context": lambda _cursor, _limit: "",
    }
