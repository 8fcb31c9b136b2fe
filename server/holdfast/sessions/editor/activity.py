"""What an editor did, as drafts of entries: names, counts and times, never a line of anybody's code.

| what happened            | kind            | role        | parts                                                            |
|--------------------------|-----------------|-------------|------------------------------------------------------------------|
| the editor opened        | `session.start` |             | `ref` to `client`: `name`, `holdfast` (the version)              |
| a branch was checked out | `session.meta`  |             | `ref` to `branch`: `name`                                        |
| a file was worked on     | `session.meta`  |             | `ref` to `file`: `path`, `language`, `edits` since the last such |
| entries had to be dropped| `session.meta`  |             | `ref` to `dropped`: `count`                                      |
| a suggestion was shown   | `tool`          | `assistant` | `tool_call` `inline_completion`: `path`, `language`, `engine`,   |
|                          |                 |             | `model`; `tool_result`: `outcome`, `length` and                  |
|                          |                 |             | `accepted_length` in characters, `shown_ms`, `text_hash`         |
| the editor closed        | `session.end`   |             | none                                                             |

Later kinds (`msg`, `summary`, `decision`, `pin`, `manifest.ref`) and later `ref`s (a commit, a task, a
diagnostic) stand beside these; a reader passes over what it does not know.
"""

import math
import re
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath
from typing import Final, Literal

from holdfast import __version__
from holdfast.sessions.entries.canonical_json import LARGEST_INTEGER, JsonObject
from holdfast.sessions.entries.entry import Draft
from holdfast.sessions.entries.kinds import SESSION_END, SESSION_META, SESSION_START, TOOL

Outcome = Literal["accepted", "partly_accepted", "typed_through", "ignored"]

_TEXT_HASH: Final = re.compile("kb2:[0-9a-f]{32}")
_LONGEST_NAME: Final = 200
_LONGEST_PATH: Final = 4096


@dataclass(frozen=True, slots=True)
class SuggestionOutcome:
    """What became of one suggestion. Lengths in characters, `shown_ms` in milliseconds.

    `path` is relative to the workspace; `text_hash` is what `SessionRecorder.hash_text` gave, or None.
    """

    path: str
    language: str
    engine: str
    model: str | None
    outcome: Outcome
    length: int
    accepted_length: int
    shown_ms: float
    text_hash: str | None


def session_started(at_ms: int, client: str) -> Draft:
    """The first entry of an editor's session; `client` is the editor as it names itself."""
    part: JsonObject = {"type": "ref", "to": "client", "name": _name(client), "holdfast": __version__}
    return Draft(at_ms, SESSION_START, (part,))


def branch_seen(at_ms: int, branch: str) -> Draft:
    """`branch` is checked out from now on."""
    return Draft(at_ms, SESSION_META, ({"type": "ref", "to": "branch", "name": _name(branch)},))


def file_worked_on(at_ms: int, path: str, language: str, edits: int) -> Draft:
    """`edits` changes to `path` since the last such entry for it."""
    part: JsonObject = {
        "type": "ref",
        "to": "file",
        "path": recorded_path(path),
        "language": _name(language),
        "edits": edits,
    }
    return Draft(at_ms, SESSION_META, (part,))


def entries_dropped(at_ms: int, count: int) -> Draft:
    """The log could not be written for so long that `count` entries are missing here."""
    return Draft(at_ms, SESSION_META, ({"type": "ref", "to": "dropped", "count": count},))


def suggestion_shown(at_ms: int, suggestion: SuggestionOutcome) -> Draft:
    """One suggestion and its outcome."""
    call: JsonObject = {
        "type": "tool_call",
        "name": "inline_completion",
        "path": recorded_path(suggestion.path),
        "language": _name(suggestion.language),
        "engine": _name(suggestion.engine),
        "model": None if suggestion.model is None else _name(suggestion.model),
    }
    known_hash = suggestion.text_hash is not None and _TEXT_HASH.fullmatch(suggestion.text_hash)
    result: JsonObject = {
        "type": "tool_result",
        "outcome": suggestion.outcome,
        "length": _count(suggestion.length),
        "accepted_length": _count(suggestion.accepted_length),
        "shown_ms": _count(suggestion.shown_ms),
        # Anything that is not such a hash might be the text itself.
        "text_hash": suggestion.text_hash if known_hash else None,
    }
    return Draft(at_ms, TOOL, (call, result), role="assistant")


def session_ended(at_ms: int) -> Draft:
    """The last entry of an editor's session."""
    return Draft(at_ms, SESSION_END, ())


def recorded_path(path: str) -> str:
    """`path` as it may be stored: with "/", and only its last name where it says where a person keeps things."""
    outside = PurePosixPath(path).is_absolute() or PureWindowsPath(path).drive or ".." in PureWindowsPath(path).parts
    posix = PureWindowsPath(path).name if outside else path.replace("\\", "/")
    return _text(posix, _LONGEST_PATH)


def _name(text: str) -> str:
    return _text(text, _LONGEST_NAME)


def _text(text: str, limit: int) -> str:
    """At most `limit` characters that UTF-8 can hold: a file name need not be text."""
    return text[:limit].encode("utf-8", "replace").decode("utf-8")


def _count(number: float) -> int:
    return min(max(round(number), 0), LARGEST_INTEGER) if math.isfinite(number) else 0
