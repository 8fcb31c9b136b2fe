"""What an editor did, as drafts of entries. Of code only the text of a suggestion that was accepted is kept.

| what happened            | kind            | role        | parts                                                            |
|--------------------------|-----------------|-------------|------------------------------------------------------------------|
| the editor opened        | `session.start` |             | `ref` to `client`: `name`, `holdfast` (the version)              |
| a branch was checked out | `session.meta`  |             | `ref` to `branch`: `name`                                        |
| a file was worked on     | `session.meta`  |             | `ref` to `file`: `path`, `language`, `edits` since the last such,|
|                          |                 |             | `definitions`: the names of those that were edited               |
| something was committed  | `session.meta`  |             | `ref` to `commit`: `id`, `subject`                               |
| a task ended             | `session.meta`  |             | `ref` to `task`: `name`, `exit_code`                             |
| problems came or went    | `session.meta`  |             | `ref` to `diagnostics`: `path`, `errors`, `warnings`, `messages` |
| a decision was recorded  | `decision`      | `user`      | `text`                                                           |
| entries had to be dropped| `session.meta`  |             | `ref` to `dropped`: `count`                                      |
| a suggestion was shown   | `tool`          | `assistant` | `tool_call` `inline_completion`: `path`, `language`, `engine`,   |
|                          |                 |             | `model`, and where names from other files were used, `found_by`  |
|                          |                 |             | (retrievers) and `place`; `tool_result`: `outcome`, `length` and |
|                          |                 |             | `accepted_length` in characters, `shown_ms`, `text_hash`;        |
|                          |                 |             | `text`, of one that was accepted                                 |
| the editor closed        | `session.end`   |             | none                                                             |

Never what was typed into a terminal, nor what a task printed. All of it is redacted before it is sealed.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath
from typing import Final, Literal

from holdfast import __version__
from holdfast.redaction.cut_text import cut
from holdfast.sessions.entries.canonical_json import LARGEST_INTEGER, JsonObject
from holdfast.sessions.entries.entry import Draft
from holdfast.sessions.entries.kinds import DECISION, SESSION_END, SESSION_META, SESSION_START, TOOL

Outcome = Literal["accepted", "partly_accepted", "typed_through", "ignored"]

_TEXT_HASH: Final = re.compile("kb2:[0-9a-f]{32}")
_LONGEST_NAME: Final = 200
_LONGEST_PATH: Final = 4096
_LONGEST_MESSAGE: Final = 300
_LONGEST_DECISION: Final = 10_000
_LONGEST_SUGGESTION: Final = 4_000
_MOST_NAMES: Final = 20
_MOST_MESSAGES: Final = 3
_SAYS_ITSELF: Final = frozenset({"branch", "diagnostics"})
_TAKEN: Final = frozenset({"accepted", "partly_accepted", "typed_through"})


@dataclass(frozen=True, slots=True)
class SuggestionOutcome:
    """What became of one suggestion. Lengths in characters, `shown_ms` in milliseconds.

    `path` is relative to the workspace; `text_hash` is what `SessionRecorder.hash_text` gave, or None. `text` is kept of a
    suggestion that was accepted, and dropped of any other. `found_by` are the retrievers that had found names it used, and
    `place` is where the cursor stood.
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
    text: str = ""
    found_by: tuple[str, ...] = ()
    place: str = ""


def has_happened(drafts: Sequence[Draft]) -> bool:
    """Whether `drafts`, from the beginning of a session, hold more than an editor that was opened and closed.

    It says by itself which branch is out, and what problems its files have.
    """
    references = [part.get("to") for draft in drafts if draft.kind == SESSION_META for part in draft.parts]
    is_switched = references.count("branch") > 1
    return is_switched or any(
        draft.kind not in {SESSION_START, SESSION_END}
        and not (draft.kind == SESSION_META and all(part.get("to") in _SAYS_ITSELF for part in draft.parts))
        for draft in drafts
    )


def session_started(at_ms: int, client: str) -> Draft:
    """The first entry of an editor's session; `client` is the editor as it names itself."""
    part: JsonObject = {"type": "ref", "to": "client", "name": _name(client), "holdfast": __version__}
    return Draft(at_ms, SESSION_START, (part,))


def branch_seen(at_ms: int, branch: str) -> Draft:
    """`branch` is checked out from now on."""
    return Draft(at_ms, SESSION_META, ({"type": "ref", "to": "branch", "name": _name(branch)},))


def commit_seen(at_ms: int, commit: str, subject: str) -> Draft:
    """`commit` (its id) was made, with its message's first line."""
    part: JsonObject = {
        "type": "ref",
        "to": "commit",
        "id": _name(commit),
        "subject": _text(subject, _LONGEST_MESSAGE),
    }
    return Draft(at_ms, SESSION_META, (part,))


def task_ended(at_ms: int, name: str, exit_code: int) -> Draft:
    """A task of the editor ended; what it printed is not recorded."""
    part: JsonObject = {"type": "ref", "to": "task", "name": _name(name), "exit_code": _signed(exit_code)}
    return Draft(at_ms, SESSION_META, (part,))


def diagnostics_changed(at_ms: int, path: str, errors: int, warnings: int, messages: Sequence[str]) -> Draft:
    """`path` has so many errors and warnings now; `messages` are the first of its errors."""
    part: JsonObject = {
        "type": "ref",
        "to": "diagnostics",
        "path": recorded_path(path),
        "errors": _count(errors),
        "warnings": _count(warnings),
        "messages": [_text(message, _LONGEST_MESSAGE) for message in messages[:_MOST_MESSAGES]],
    }
    return Draft(at_ms, SESSION_META, (part,))


def decided(at_ms: int, text: str) -> Draft:
    """A person wrote down what is to be kept."""
    return Draft(at_ms, DECISION, ({"type": "text", "text": _text(text, _LONGEST_DECISION)},), role="user")


def file_worked_on(at_ms: int, path: str, language: str, edits: int, definitions: Sequence[str] = ()) -> Draft:
    """`edits` changes to `path` since the last such entry for it, in these `definitions`."""
    part: JsonObject = {
        "type": "ref",
        "to": "file",
        "path": recorded_path(path),
        "language": _name(language),
        "edits": edits,
        "definitions": [_name(name) for name in definitions[:_MOST_NAMES]],
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
    if suggestion.found_by:
        found_by: JsonObject = {"found_by": [_name(name) for name in suggestion.found_by[:_MOST_NAMES]]}
        call = {**call, **found_by, "place": _name(suggestion.place)}
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
    if suggestion.outcome in _TAKEN and suggestion.text:
        result = {**result, "text": _text(suggestion.text, _LONGEST_SUGGESTION)}
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
    """At most `limit` characters that UTF-8 can hold (a file name need not be text), without half a secret."""
    return cut(text, limit).encode("utf-8", "replace").decode("utf-8")


def _signed(number: int) -> int:
    return max(-LARGEST_INTEGER, min(number, LARGEST_INTEGER))


def _count(number: float) -> int:
    return min(max(round(number), 0), LARGEST_INTEGER) if math.isfinite(number) else 0
