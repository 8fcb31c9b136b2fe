"""What a message leaves open: boxes without a tick, lists of next steps, and the to-do lists that tools keep."""

import json
from collections.abc import Iterator, Sequence
from typing import Final

from holdfast.sessions.entries.canonical_json import JsonObject
from holdfast.sessions.memory.late_pattern import compiled
from holdfast.sessions.memory.prose import Sentence

_MOST: Final = 5
_LONGEST_INPUT: Final = 200_000
_OPEN_STATES: Final = frozenset({"pending", "in_progress", "todo", "open", "not_started", "not-started"})
_LISTS: Final = frozenset(
    {"todowrite", "update_plan", "todo_write", "update_todo_list", "manage_todo_list", "taskcreate"}
)
"""Tools that keep a list of tasks, in lower case: Claude Code's, Codex', Roo's, Copilot's."""

_OPEN_HEADING: Final = (
    r"^(?:(?:the |my |suggested |recommended |possible )*(?:next(?: steps?| up)?|remaining(?: \w+)?|still (?:to do|open|missing|todo|left)|"
    r"to-?\s?dos?(?: list)?|what(?:'s| is) (?:left|next|missing|still (?:open|missing))|left to do|not (?:yet )?done(?: yet)?|"
    r"open (?:points|items|tasks|questions|issues)|pending(?: \w+)?|outstanding(?: \w+)?|follow[- ]?ups?|unfinished(?: \w+)?)|"
    r"nächste schritte|(?:noch )?offen(?:e punkte)?|noch zu tun|prochaines étapes|reste à faire|à faire|próximos pasos|pendientes?|por hacer)$"
)
_OPEN_LINE: Final = (
    r"^(?:todo|to do|fixme|next(?: steps?| up)?|remaining|still (?:open|missing|to do)|pending|what'?s left|left to do|offen|"
    r"noch offen|noch zu tun|reste à faire|à faire|pendiente|falta)\s*:\s+(?=\S)"
)
OPEN_WORDS: Final = ("still", "tomorrow", "next", "later", "noch", "reste", "aún", "todavía")
"""`OPEN_SAID` matches nowhere without one of these."""
OPEN_SAID: Final = (
    r"\b(?:we|i|you) still (?:need|have) to\b(?:\W+\w+){2}|\bstill (?:needs?|has|have) to be \w+|"
    r"(?:\w+\W+){2}still (?:fails?|failing|is missing|are missing|missing|broken|open)\b|"
    r"^(?:tomorrow|next time|next session|later today|next week)\b,? (?:we|i|let'?s|continue|pick up)\b(?:\W+\w+){2}|"
    r"^(?:we'll |i'll |let'?s )?(?:continue|pick (?:this|it) up|go on) (?:with |on )?.*\b(?:tomorrow|next time|later|next week)\b|"
    r"\bwir müssen noch\b(?:\W+\w+){2}|\bil (?:nous )?reste à\b(?:\W+\w+){1}|\b(?:aún|todavía) (?:falta|hay que)\b(?:\W+\w+){1}"
)


def open_ends(sentences: Sequence[Sentence]) -> Iterator[Sentence]:
    """The sentences that say what is still to be done, at most five."""
    found = [sentence for sentence in sentences if _is_open(sentence)]
    yield from found[-_MOST:]


def open_tasks(part: JsonObject) -> list[str] | None:
    """The tasks that are not done yet in the list that a tool was given; None for any other call."""
    name = part.get("name")
    if part.get("type") != "tool_call" or not isinstance(name, str) or name.lower() not in _LISTS:
        return None
    given = part.get("input")
    if isinstance(given, str):
        if len(given) > _LONGEST_INPUT:
            return None
        try:
            given = json.loads(given)
        except (ValueError, RecursionError):
            return None
    if not isinstance(given, dict):
        return None
    tasks = next((value for key in ("todos", "plan", "todoList", "items") if (value := given.get(key))), None)
    if isinstance(tasks, str):
        return [line.partition("[ ]")[2].strip() for line in tasks.splitlines() if "[ ]" in line][:_MOST]
    return [words for task in tasks if (words := _open_task(task))][:_MOST] if isinstance(tasks, list) else None


def _open_task(task: object) -> str:
    if not isinstance(task, dict):
        return ""
    words = next(
        (text for key in ("content", "step", "title", "text", "task") if isinstance(text := task.get(key), str)), ""
    )
    state = task.get("status")
    return words if isinstance(state, str) and state.lower() in _OPEN_STATES else ""


def _is_open(sentence: Sentence) -> bool:
    if sentence.box is not None:
        return sentence.box == "open"
    if sentence.is_heading or sentence.bare.rstrip("\"')").endswith("?"):
        return False
    if sentence.is_item and compiled(_OPEN_HEADING).match(sentence.heading):
        return True
    if compiled(_OPEN_LINE).match(sentence.bare):
        return True
    return any(word in sentence.bare for word in OPEN_WORDS) and bool(compiled(OPEN_SAID).search(sentence.bare))
