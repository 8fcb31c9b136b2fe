"""A baseline of one line for each definition of the project, ranked by a plain sum for the cursor at hand.

names used in the 40 windows elsewhere that share the rarest identifiers with the last 20 lines (weight 1), names used
by files that import the same modules, over the root of their import counts (1), defined in a module that this file
imports (0.35), in its folder (0.15), used by many files (0.25), sharing word parts with the last 20 lines (0.25), and
less 0.6 for a name that the file shows already. Every part is scaled to 1 at most; no weight is tuned.
"""

import math
import posixpath
from collections import Counter
from collections.abc import Mapping
from typing import Final

from holdfast.cursor import Cursor
from holdfast.evaluation.project_names import DefinitionLine, ProjectNames
from holdfast.evaluation.window_baselines import QUERY_LINES, Windows, last_identifiers, packed
from holdfast.index.identifiers import identifiers_in, words_of
from holdfast.index.languages import share_names

_NEAREST_WINDOWS: Final = 40
_MODULE: Final = 0.35
_FOLDER: Final = 0.15
_POPULAR: Final = 0.25
_WORDS: Final = 0.25
_SHOWN: Final = 0.6


class DefinitionLines:
    """Ranks the definition lines of a project."""

    def __init__(self, names: ProjectNames, windows: Windows) -> None:
        self._project = names
        self._windows = windows
        self._used = {path: frozenset(identifiers_in(file.text)) for path, file in names.files.items()}
        users: Counter[str] = Counter()
        for used in self._used.values():
            users.update(used)
        self._popular = _scaled({name: math.log(count) for name, count in users.items() if count > 1})
        self._importers = Counter(module for path in names.files for module in self._modules(path))

    def ranked(self, cursor: Cursor, limit_bytes: int) -> str:
        """The best definition lines of other files."""
        shown = frozenset(identifiers_in(cursor.before + " " + cursor.after))
        words = _words(last_identifiers(cursor, QUERY_LINES))
        near: Counter[str] = Counter()
        for window in self._windows.nearest(cursor, _NEAREST_WINDOWS):
            near.update(window.counts.keys())
        parts = (_scaled(near), _scaled(self._used_beside(cursor)), self._popular)
        modules = {module.rpartition(".")[2].rpartition("/")[2] for module in self._modules(cursor.path)}
        folder = posixpath.dirname(cursor.path)

        def score(definition: DefinitionLine) -> float:
            near_by, beside, popular = (part.get(definition.name, 0.0) for part in parts)
            own = _words([definition.name])
            return (
                near_by
                + beside
                + _POPULAR * popular
                + _MODULE * (_stem(definition.path) in modules)
                + _FOLDER * (posixpath.dirname(definition.path) == folder)
                + _WORDS * len(own & words) / max(1, len(own))
                - _SHOWN * (definition.name in shown)
            )

        scores = {
            definition: score(definition)
            for definition in self._project.definition_lines
            if definition.path != cursor.path
            and share_names(self._project.files[definition.path].language, cursor.language)
        }
        best = sorted(scores, key=lambda definition: (-scores[definition], definition.path, definition.line))
        return packed(list(dict.fromkeys(definition.line for definition in best)), limit_bytes)

    def _modules(self, path: str) -> frozenset[str]:
        return frozenset(found.module for found in self._project.imports.get(path, ()))

    def _used_beside(self, cursor: Cursor) -> Mapping[str, float]:
        """How much each name is used by files that import what this file imports."""
        mine = self._modules(cursor.path)
        used: dict[str, float] = {}
        for path in self._used:
            weight = sum(1 / math.sqrt(self._importers[module]) for module in self._modules(path) & mine)
            if path != cursor.path and weight:
                for name in self._used[path]:
                    used[name] = used.get(name, 0.0) + weight
        return used


def _scaled(scores: Mapping[str, float]) -> Mapping[str, float]:
    most = max(scores.values(), default=0.0)
    return {name: score / most for name, score in scores.items()} if most else {}


def _words(identifiers: list[str]) -> frozenset[str]:
    return frozenset(word for name in identifiers for word in words_of(name).split())


def _stem(path: str) -> str:
    stem = posixpath.basename(path).split(".", 1)[0]
    return posixpath.basename(posixpath.dirname(path)) if stem in {"__init__", "index", "mod"} else stem
