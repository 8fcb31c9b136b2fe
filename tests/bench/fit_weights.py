"""Fit how much each retriever's sign counts: `python tests/bench/fit_weights.py [--write]`.

Lines that need a name from another file are drawn from the projects that may be tuned on; each of their candidates is an
observation: its signs, and whether the line needs it. Logistic regression (Newton's method, ridge penalty) gives the
weights. Each project is also scored by weights fitted on the others, which is what the printed numbers are.
"""

import argparse
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from holdfast.evaluation.benchmark_projects import SEED, TUNING
from holdfast.evaluation.called_definitions import CalledDefinitions
from holdfast.evaluation.needed_names import needed_names
from holdfast.evaluation.project_names import ProjectNames
from holdfast.evaluation.source_package import SourcePackage, fetch_source
from holdfast.evaluation.third_party import PackageUnavailable
from holdfast.evaluation.workspace_copy import WorkspaceCopy, copy_workspace
from holdfast.index.chunk_reader import ChunkReader
from holdfast.index.retrieval.candidates import Candidate
from holdfast.index.retrieval.find import Retrieval
from holdfast.index.retrieval.imported_definitions import MODULE_MEMBERS
from holdfast.index.retrieval.query import RetrievalQuery

Numbers = npt.NDArray[np.float64]
WEIGHTS = Path(__file__).parents[2] / "server/holdfast/index/retrieval/sign_weights.py"
IN_FILE_SIGNS = (
    "similar_files",
    "near_paths",
    "sibling",
    "imported",
    "reexported",
    "owner_in_file",
    "owner_once",
    "members_in_file",
    "common",
    "shared",
    "callable",
    "same_folder",
    "words_in_file",
)
CURSOR_SIGNS = ("resembling_code", "resembling_lines", "owner_near", "members_near", "words_near", "words_last")
NOT_FITTED = {
    "AT_CURSOR": {"module_members": 0.4, "working_set": 1.5, "embeddings": 0.8},
    "IN_FILE": {"module_members": 0.4, "working_set": 1.5},
}
"""What no project shows. A member that is called by its module counts for that call too, not only as a new name. What its
people had open is as strong as a file that resembles the current one somewhat; code that an embedding model finds near, as
code that words find to resemble the lines above: which model, is the person's choice.
"""

LINES = 120
LINES_REMOVED = 25
NEGATIVES = 300
RIDGE = 1.0
SHOWN_NAMES = (50, 150)


@dataclass(frozen=True)
class Case:
    """A line: the candidates at its start, and which of them it needs, or calls by a module."""

    candidates: Sequence[Candidate]
    needed: frozenset[str]


@dataclass(frozen=True)
class Fitted:
    """Weights by sign and the bias."""

    signs: tuple[str, ...]
    weights: Numbers
    bias: float

    def score(self, candidates: Sequence[Candidate]) -> Numbers:
        """The log-odds of each candidate."""
        scores: Numbers = matrix(candidates, self.signs) @ self.weights + self.bias
        return scores


def main() -> int:
    """Fit, print how each project fares with the weights of the others, and write the table if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, default=Path("build/bench"))
    parser.add_argument("--write", action="store_true", help=f"write {WEIGHTS.name}")
    options = parser.parse_args()
    cases = dict(cases_of_all(options.cache))
    tables = {}
    for name, signs in (("AT_CURSOR", (*IN_FILE_SIGNS, *CURSOR_SIGNS)), ("IN_FILE", IN_FILE_SIGNS)):
        print(f"\n{name}: needed names among the likeliest {SHOWN_NAMES}, by weights fitted on the other projects")
        print("(the last two columns: by reciprocal rank fusion of the same signs)")
        for project, held_out in cases.items():
            fitted = fit([case for other, some in cases.items() if other != project for case in some], signs)
            shares = [
                f"{found_among(score, held_out, count):.3f}"
                for score in (fitted.score, lambda some, signs=signs: fused_ranks(some, signs))
                for count in SHOWN_NAMES
            ]
            print(f"  {project:32} {len(held_out):4} lines  {'  '.join(shares)}", flush=True)
        tables[name] = fit([case for some in cases.values() for case in some], signs)
        for sign, weight in zip(tables[name].signs, tables[name].weights, strict=True):
            print(f"    {sign:18} {weight:6.2f}")
    if options.write:
        WEIGHTS.write_text(as_python(tables))
        print(f"wrote {WEIGHTS}")
    return 0


def cases_of_all(cache: Path) -> Iterator[tuple[str, list[Case]]]:
    """The cases of each project that can be had."""
    for package in TUNING:
        try:
            folder = fetch_source(package, cache).folder
        except PackageUnavailable as error:
            print(f"!! NOT USED: {package}: {error}", flush=True)
            continue
        with tempfile.TemporaryDirectory() as scratch:
            place = Path(scratch).resolve()
            root = place / "source" / package.name.replace("/", "-").lstrip("@")
            shutil.copytree(folder, root)
            cases = list(cases_of(copy_workspace(root, place), package))
        print(f"{package.name}: {len(cases)} lines", flush=True)
        if cases:
            yield package.name, cases


def cases_of(copy: WorkspaceCopy, package: SourcePackage) -> Iterator[Case]:
    """At most LINES lines of one project, no more of one file than an even share and three."""
    names = ProjectNames(copy.files)
    calls = CalledDefinitions(names)
    draw = random.Random(f"{SEED} {package.name}")
    by_file = {path: list(needed_names(names, path).items()) for path in sorted(names.files)}
    by_file = {path: rows for path, rows in by_file.items() if rows}
    drawn = [
        (path, *row)
        for path, rows in by_file.items()
        for row in draw.sample(rows, min(len(rows), 3 + LINES // len(by_file)))
    ]
    draw.shuffle(drawn)
    reader = ChunkReader(copy.directory)
    retrieval = Retrieval(reader)
    for path, row, needed in drawn[:LINES]:
        file = names.files[path]
        lines = file.text.split("\n")
        before = "\n".join([*lines[:row], ""])
        query = RetrievalQuery(path, file.language, before, "\n".join(lines[row + LINES_REMOVED :]))
        candidates = retrieval.describe(query)
        defining = {line for lines in calls.of_file(path).get(row, ()) for line in lines}
        yield Case(candidates, frozenset(needed) | {found.name for found in candidates if _defines(found, defining)})
    reader.close()


def _defines(candidate: Candidate, lines: Collection[str]) -> bool:
    """Whether a member of an imported module is one of those that the line calls."""
    return MODULE_MEMBERS in candidate.signs and any(found.text.strip() in lines for found in candidate.definitions)


def matrix(candidates: Sequence[Candidate], signs: Sequence[str]) -> Numbers:
    """One row of signs for each candidate."""
    return np.array([[candidate.signs.get(sign, 0.0) for sign in signs] for candidate in candidates]).reshape(
        len(candidates), len(signs)
    )


def fit(cases: Sequence[Case], signs: tuple[str, ...]) -> Fitted:
    """Logistic regression on all needed candidates and a sample of the others, which count for all they stand for."""
    draw = random.Random(SEED)
    some: list[Candidate] = []
    labels: list[float] = []
    counts: list[float] = []
    for case in cases:
        needed = [candidate for candidate in case.candidates if candidate.name in case.needed]
        others = [candidate for candidate in case.candidates if candidate.name not in case.needed]
        sample = draw.sample(others, min(len(others), NEGATIVES))
        some += [*needed, *sample]
        labels += [1.0] * len(needed) + [0.0] * len(sample)
        counts += [1.0] * len(needed) + [len(others) / max(1, len(sample))] * len(sample)
    observed, label, count = matrix(some, signs), np.array(labels), np.array(counts)
    mean, spread = observed.mean(0), observed.std(0) + 1e-9
    scaled = np.c_[(observed - mean) / spread, np.ones(len(observed))]
    weights = np.zeros(scaled.shape[1])
    penalty = np.diag([RIDGE] * len(signs) + [0.0])
    for _ in range(30):
        odds = 1 / (1 + np.exp(-np.clip(scaled @ weights, -30, 30)))
        slope = scaled.T @ (count * (odds - label)) + penalty @ weights
        curve = (scaled * (count * odds * (1 - odds))[:, None]).T @ scaled + penalty + 1e-6 * np.eye(len(weights))
        weights -= np.linalg.solve(curve, slope)
    plain = weights[:-1] / spread
    return Fitted(signs, plain, float(weights[-1] - plain @ mean))


def fused_ranks(candidates: Sequence[Candidate], signs: Sequence[str]) -> Numbers:
    """Reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009), each sign a ranking."""
    score = np.zeros(len(candidates))
    for column in matrix(candidates, signs).T:
        order = np.argsort(-column, kind="stable")
        ranks = np.empty(len(order))
        ranks[order] = np.arange(1, len(order) + 1)
        score += np.where(column > 0, 1 / (60 + ranks), 0.0)
    return score


def found_among(score: Callable[[Sequence[Candidate]], Numbers], cases: Sequence[Case], count: int) -> float:
    """The share of needed names among the `count` likeliest."""
    found = total = 0
    for case in cases:
        order = np.argsort(-score(case.candidates))[:count].tolist() if case.candidates else []
        found += len({case.candidates[place].name for place in order} & case.needed)
        total += len(case.needed)
    return found / max(1, total)


def as_python(tables: dict[str, Fitted]) -> str:
    """The table as a module."""
    text = WEIGHTS.read_text()
    head = text[: text.index("AT_CURSOR")]
    for name, fitted in tables.items():
        rows = dict(zip(fitted.signs, (round(float(weight), 3) for weight in fitted.weights), strict=True))
        rows |= NOT_FITTED[name]
        body = "".join(f'        "{sign}": {weight},\n' for sign, weight in rows.items())
        head += f"{name}: Final = Weights(\n    {round(fitted.bias, 3)},\n    {{\n{body}    }},\n)\n"
    return head


if __name__ == "__main__":
    sys.exit(main())
