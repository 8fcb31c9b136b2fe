"""From an entry to what is remembered of it: by rules over its words, so that the same entry always gives the same items.

A person's words count as they stand: what they decided, contradicted and asked to be taken back. Of a model's words only what
reports an agreement, stands under a heading that says so, or leaves something open. What a model wrote about other messages is
one summary, and marked as its own.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final

from holdfast.sessions.entries import kinds
from holdfast.sessions.entries.canonical_json import JsonObject
from holdfast.sessions.entries.clock import stamp_ms
from holdfast.sessions.entries.entry import Entry
from holdfast.sessions.memory.item import LONGEST_TEXT, Author, MemoryItem, MemoryKind, item_key
from holdfast.sessions.memory.late_pattern import compiled
from holdfast.sessions.memory.mentions import paths_in, words_in
from holdfast.sessions.memory.pasted import is_anothers, without_pasted
from holdfast.sessions.memory.phrases import (
    ANSWERS,
    BIDS,
    CONTRADICTION,
    EMPTY_SENTENCE,
    FILLER,
    PHRASES,
    PRESCRIBES,
    REFUSED,
    WRONG,
)
from holdfast.sessions.memory.prose import MOST_TYPED, Sentence, one_line, sentences_of
from holdfast.sessions.memory.unfinished import open_ends, open_tasks

EXTRACTION_VERSION: Final = 2
"""Goes up when the same entry gives other items: what is remembered is then made again."""

_OURS: Final = "holdfast"
_MOST: Final = 12
"""Items of one entry."""
_LEAST_WORDS: Final = 2
_DECIDED_HEADING: Final = (
    r"^(?:(?:key |our |the |main |technical |design )*decisions?(?: made| log| taken)?|adr|(?:wichtige )?entscheidung(?:en)?|décisions?|"
    r"decisi(?:ón|ones))$"
)
_TOLD_HEADING: Final = r"^(?:user (?:feedback|corrections?|preferences?)|feedback|corrections?)$"
_PENDING_HEADING: Final = (
    r"^(?:\d+\.\s*)?(?:pending(?: \w+)?|(?:optional )?next steps?|current work|remaining(?: \w+)?|to-?\s?dos?)$"
)
_ASKED_HEADING: Final = r"^(?:\d+\.\s*)?(?:primary request(?: and intent)?|goal|overview|summary|what was done|done)$"
_CARRIED_OVER: Final = r"(?i)^(?:this session is being continued|the conversation is summarized|the summary below)"
_REVERT_SUBJECT: Final = r"(?i)^revert:? \"?(.+?)\"?$"

_WORD: Final = r"\w+"
_SAID_PHRASES: Final = tuple(phrase for phrase in PHRASES if phrase.is_said)
_NOTHING_LEFT: Final = "All tasks of the list are finished."
_Found = tuple[MemoryKind, str]


def memory_items(entry: Entry) -> tuple[MemoryItem, ...]:
    """What `entry` says that later work should know, in the order in which it stands there; most entries say nothing."""
    author, found = _found_in(entry)
    at_ms = stamp_ms(entry.place.hlc)
    items: dict[tuple[str, str], MemoryItem] = {}
    for kind, words in found:
        text = one_line(words)
        key = item_key(text)
        is_empty = len(text.split()) < _LEAST_WORDS or not words_in(text)
        if not text or (is_empty and entry.kind != kinds.DECISION) or (kind, key) in items:
            continue
        items[kind, key] = MemoryItem(kind, at_ms, key, text, paths_in(text), author, entry.tool)
        if len(items) == _MOST:
            break
    return tuple(items.values())


def _found_in(entry: Entry) -> tuple[Author, Iterable[_Found]]:
    match entry.kind:
        case kinds.DECISION:
            return "person", [("decision", _beginning(_text_of(entry.parts)))]
        case kinds.SUMMARY:
            sentences = sentences_of(_text_of(entry.parts))
            return "model", _of_summary(sentences) if entry.tool != _OURS else _points(sentences)
        case kinds.SESSION_META:
            return "person", _reverted(entry.parts)
        case kinds.TOOL:
            return "model", _of_tasks(entry.parts)
        case kinds.MESSAGE:
            return _of_message(entry)
    return "model", ()


def _of_message(entry: Entry) -> tuple[Author, Iterable[_Found]]:
    if entry.role not in {"user", "assistant"} or is_sidechain(entry.body):
        return "model", ()
    text = _text_of(entry.parts)
    if entry.role == "user":
        return "person", _of_person(sentences_of(without_pasted(text), MOST_TYPED))
    return "model", chain(_of_model(sentences_of(text)), _of_tasks(entry.parts))


def _text_of(parts: Sequence[JsonObject]) -> str:
    texts = (part.get("text") for part in parts if part.get("type") == "text")
    return "\n\n".join(text for text in texts if isinstance(text, str))


def _beginning(text: str) -> str:
    """As many of the first sentences as an item has room for, and one at least."""
    words = ""
    for sentence in sentences_of(text):
        if words and len(words) + len(sentence.text) >= LONGEST_TEXT:
            break
        words = f"{words} {sentence.text}".lstrip()
    return words or text


def _of_person(sentences: Sequence[Sentence]) -> Iterator[_Found]:
    is_answer_to_wrong = False
    for number, sentence in enumerate(sentences):
        text, bare = _without_filler(sentence)
        if is_answer_to_wrong:
            is_answer_to_wrong = False
            continue
        if sentence.box is not None or (sentence.is_heading and not bare.startswith("adr")):
            continue
        if is_anothers(sentence.heading, text):
            continue
        corrected = _correction(text, bare, sentences[number + 1] if number + 1 < len(sentences) else None)
        if corrected is not None:
            is_answer_to_wrong = len(corrected) > len(text)
            yield "correction", corrected
        elif (kind := _kind_of(bare)) is not None:
            yield kind, text
        elif compiled(_DECIDED_HEADING).match(sentence.heading) and sentence.is_item:
            yield "decision", text
    yield from (("unfinished", sentence.text) for sentence in open_ends(sentences))


def _of_model(sentences: Sequence[Sentence]) -> Iterator[_Found]:
    under: str | None = None
    for sentence in sentences:
        text, bare = _without_filler(sentence)
        is_first = sentence.heading != under
        under = sentence.heading
        if sentence.box is not None:
            continue
        under = None if sentence.is_heading else under
        is_named = compiled(_DECIDED_HEADING).match(sentence.heading) and (sentence.is_item or is_first)
        if (is_named and not sentence.is_heading) or _kind_of(bare, only_said=True) is not None:
            yield "decision", text
    yield from (("unfinished", sentence.text) for sentence in open_ends(sentences))


def _of_summary(sentences: Sequence[Sentence]) -> Iterator[_Found]:
    told = [
        sentence
        for sentence in sentences
        if not sentence.is_heading and not compiled(_CARRIED_OVER).match(sentence.text)
    ]
    asked = next((sentence for sentence in told if compiled(_ASKED_HEADING).match(_unnumbered(sentence.heading))), None)
    first = asked or next(iter(told), None)
    if first is not None:
        yield "summary", first.text
    for sentence in told:
        heading = _unnumbered(sentence.heading)
        if compiled(_DECIDED_HEADING).match(heading):
            yield "decision", sentence.text
        elif compiled(_TOLD_HEADING).match(heading):
            yield "correction", sentence.text
        elif (
            compiled(_PENDING_HEADING).match(heading)
            and sentence.box != "done"
            and (sentence.is_item or sentence.box == "open")
        ):
            yield "unfinished", sentence.text


def _of_tasks(parts: Sequence[JsonObject]) -> Iterator[_Found]:
    for part in parts:
        tasks = open_tasks(part)
        if tasks is not None:
            yield from [("unfinished", words) for words in tasks] or [("settled", _NOTHING_LEFT)]


def _points(sentences: Sequence[Sentence]) -> Iterator[_Found]:
    """Of a summary that was asked for here (`summary.py`): each of its points."""
    yield from (("summary", sentence.text) for sentence in sentences if sentence.is_item)


def _unnumbered(heading: str) -> str:
    return re.sub(r"^\d+[.)]\s*", "", heading).rstrip(":")


def _without_filler(sentence: Sentence) -> tuple[str, str]:
    filler = compiled(FILLER).match(sentence.bare)
    if filler is None or len(sentence.bare) != len(sentence.text):
        return sentence.text, sentence.bare
    return sentence.text[filler.end() :], sentence.bare[filler.end() :]


def _kind_of(bare: str, *, only_said: bool = False) -> MemoryKind | None:
    words = frozenset(compiled(_WORD).findall(bare))
    kind = next(
        (
            phrase.kind
            for phrase in (_SAID_PHRASES if only_said else PHRASES)
            if not (phrase.words and words.isdisjoint(phrase.words)) and compiled(phrase.pattern).search(bare)
        ),
        None,
    )
    return None if kind is None or compiled(REFUSED).search(bare) else kind


def _correction(text: str, bare: str, following: Sentence | None) -> str | None:
    """What a contradiction says is right: behind the "no", or in the sentence that follows "that's wrong"."""
    wrong = compiled(WRONG).match(bare)
    if wrong is not None and not bare.endswith("?"):
        return _righted(text, bare[wrong.end() :].lstrip(" ,.:;-!"), following)
    no = compiled(CONTRADICTION).match(bare)
    if no is None:
        return None
    rest = bare[no.end() :]
    said = text[no.end() :] if len(text) == len(bare) else text
    if compiled(ANSWERS).match(rest) or rest.endswith("?"):
        return None
    if len(words_in(rest)) < _LEAST_WORDS:
        return said if _kind_of(rest) in {"decision", "correction"} else None
    if compiled(PRESCRIBES).search(rest) or no["wrong"]:
        return said
    return f"{said} {following.text}" if following is not None and compiled(BIDS).match(following.bare) else None


def _righted(text: str, rest: str, following: Sentence | None) -> str | None:
    """What is right, where `text` says that something is wrong and goes on with `rest`."""
    if len(rest.split()) > _LEAST_WORDS:
        return text
    if following is None or len(following.bare.split()) <= _LEAST_WORDS:
        return None
    is_empty = compiled(REFUSED).search(following.bare) or compiled(EMPTY_SENTENCE).match(following.bare)
    return None if is_empty else f"{text} {following.text}"


def _reverted(parts: Sequence[JsonObject]) -> Iterator[_Found]:
    for part in parts:
        subject = part.get("subject")
        if (
            part.get("to") == "commit"
            and isinstance(subject, str)
            and (match := compiled(_REVERT_SUBJECT).match(subject))
        ):
            yield "reverted", match[1]


def is_sidechain(body: str) -> bool:
    """Whether a model said it to a helper of its own, whose words are its business alone."""
    if "sidechain" not in body:
        return False
    src = json.loads(body).get("src")
    return isinstance(src, dict) and bool(src.get("sidechain") or src.get("is_sidechain"))
