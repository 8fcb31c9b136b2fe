"""A session log made up by seed, of any size, with decisions planted in it and the questions that they answer.

Sessions are dialogues with tool output in between, about a few functions of a project. Names of functions come again in
many sessions, and so do the words of their subjects; each planted decision speaks of a function of its own, in one session.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from uuid import UUID, uuid5

from holdfast.evaluation.session_words import (
    ANSWERING,
    ASKING,
    ASPECTS,
    CHATTER,
    NAMING,
    PRINTED,
    RARE,
    SCOPES,
    TOPICS,
    VERBS,
)
from holdfast.sessions.entries.canonical_json import JsonObject
from holdfast.sessions.entries.entry import Draft, Entry
from holdfast.sessions.entries.kinds import MESSAGE, SESSION_META, SESSION_START, SUMMARY, TOOL
from holdfast.sessions.entries.series import Series

NEWEST_MS: Final = 1_795_000_000_000
_NAMESPACE: Final = UUID("6f2f1e1c-6f0e-4f52-9a53-0d6a3f0f9d11")
_DEVICE: Final = "5e" * 16
_PROJECTS: Final = 40
_DAYS: Final = 400
_DAY_MS: Final = 86_400_000
_TOOLS: Final = ("claude-code", "claude-code", "claude-code", "codex", "cline", "claude-ai", "aider")
_EXCHANGES: Final = (3, 22)
_DECIDED_ELSEWHERE: Final = 0.06
_HALF: Final = 0.5
_WITH_CODE: Final = 0.4
_WITH_SUMMARY: Final = 0.1
_ENTRIES_OF_SESSION: Final = 40


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, in which manner (`group`), and the ids of the entries that answer it."""

    group: str
    text: str
    answers: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Fact:
    session: int
    aspect: tuple[str, str, str]
    words: tuple[str, ...]
    noun: str
    name: str


@dataclass(frozen=True, slots=True)
class _Talk:
    """What one session speaks about."""

    noun: str
    other: str
    names: tuple[str, ...]


class Corpus:
    """`entries` sessions' worth of entries (a few more, so that the last one is whole); the same for the same seed."""

    def __init__(self, entries: int, facts: int, seed: int) -> None:
        self._entries = entries
        self._seed = seed
        chance = random.Random(f"facts {seed}")  # noqa: S311 - no secret
        about = max(1, entries // _ENTRIES_OF_SESSION)
        pairs = [(aspect, noun) for aspect in ASPECTS for noun in sorted({noun for topic in TOPICS for noun in topic})]
        # The last sessions may not come to be: sessions differ in length.
        early = range(max(1, about // 2))
        chosen = chance.sample(pairs, min(facts, len(pairs), len(early), len(RARE)))
        sessions = chance.sample(early, len(chosen))
        rare = chance.sample(RARE, len(chosen))
        self._facts = {
            session: _fact(chance, session, aspect, noun, word)
            for session, (aspect, noun), word in zip(sessions, chosen, rare, strict=True)
        }
        self._planted = frozenset(chosen)
        self.questions: list[Question] = []
        """Filled while `sessions` is read to its end."""

    def sessions(self) -> Iterator[list[Entry]]:
        """The sessions one by one, oldest first."""
        made = number = 0
        while made < self._entries:
            entries = self._session(number)
            yield entries
            made += len(entries)
            number += 1

    def _session(self, number: int) -> list[Entry]:
        chance = random.Random(f"{self._seed} {number}")  # noqa: S311 - no secret
        fact = self._facts.get(number)
        about = max(1, self._entries // _ENTRIES_OF_SESSION)
        at_ms = NEWEST_MS - int((1 - number / about) * _DAYS * _DAY_MS) + chance.randrange(_DAY_MS)
        project = chance.randrange(_PROJECTS)
        talk = _talk(project, chance)
        tool = chance.choice(_TOOLS)
        session = str(uuid5(_NAMESPACE, f"{self._seed}:{number}"))
        series = Series(dev=_DEVICE, session=session, project=sha256(f"project {project}".encode()).hexdigest())
        drafts = _Drafts(session, tool, at_ms)
        drafts.add(SESSION_START, None, {"type": "ref", "to": "native", "tool": tool, "id": f"s{number}"})
        drafts.add(SESSION_META, None, {"type": "ref", "to": "branch", "name": f"{talk.noun}-{talk.other}"})
        exchanges = chance.randint(*_EXCHANGES)
        planted_at = chance.randrange(exchanges) if fact else -1
        planted: list[int] = []
        for turn in range(exchanges):
            if fact and turn == planted_at:
                planted = _plant(chance, drafts, fact)
            _exchange(chance, drafts, talk)
            if chance.random() < _DECIDED_ELSEWHERE:
                self._decide_something_else(chance, drafts, talk)
        if chance.random() < _WITH_SUMMARY:
            drafts.add(SUMMARY, "assistant", _text(" ".join(_say(chance, ANSWERING, talk) for _ in range(3))))
        entries = [series.extend(draft) for draft in drafts.drafts]
        if fact:
            self.questions += _questions(chance, fact, frozenset(entries[place].id for place in planted))
        return entries

    def _decide_something_else(self, chance: random.Random, drafts: "_Drafts", talk: _Talk) -> None:
        """What a question about a planted decision must not be answered with: the same words about another subject."""
        aspect = chance.choice(ASPECTS)
        if (aspect, talk.noun) not in self._planted:
            name, value = chance.choice(talk.names), chance.randint(2, 90)
            drafts.add(
                MESSAGE,
                chance.choice(("user", "assistant")),
                _text(aspect[0].format(name=name, noun=talk.noun, value=value)),
            )


class _Drafts:
    def __init__(self, session: str, tool: str, at_ms: int) -> None:
        self.drafts: list[Draft] = []
        self._session, self._tool, self._at_ms = session, tool, at_ms

    def add(self, kind: str, role: str | None, *parts: JsonObject) -> int:
        self._at_ms += 20_000
        native_id = f"m{len(self.drafts)}" if kind != SESSION_META else None
        src: JsonObject = {"tool": self._tool, "native_id": native_id, "parser_v": 1}
        self.drafts.append(Draft(self._at_ms, kind, parts, role, src=src))
        return len(self.drafts) - 1


def _fact(chance: random.Random, session: int, aspect: tuple[str, str, str], noun: str, rare: str) -> _Fact:
    words = (chance.choice(VERBS), rare, noun)
    return _Fact(session, aspect, words, noun, _spelled(words, snake=chance.random() < _HALF))


def _talk(project: int, chance: random.Random) -> _Talk:
    """Two topics of the project, whose functions are few and come again in its other sessions."""
    own = random.Random(f"project {project}")  # noqa: S311 - no secret
    topic = chance.choice(own.sample(TOPICS, 4))
    snake = own.random() < _HALF
    noun, other = chance.sample(topic, 2)
    names = tuple(_spelled((own.choice(VERBS), own.choice(topic), own.choice(topic)), snake=snake) for _ in range(12))
    return _Talk(noun, other, tuple(chance.sample(names, 3)))


def _spelled(words: tuple[str, ...], *, snake: bool) -> str:
    return "_".join(words) if snake else words[0] + "".join(word.capitalize() for word in words[1:])


def _exchange(chance: random.Random, drafts: _Drafts, talk: _Talk) -> None:
    drafts.add(MESSAGE, "user", _text(_say(chance, ASKING, talk)))
    for _ in range(chance.randrange(3)):
        printed = _say(chance, PRINTED, talk) * chance.randint(1, 6)
        call: JsonObject = {"type": "tool_call", "id": "t", "name": "Bash", "input": "pytest -q"}
        drafts.add(TOOL, "assistant", call, {"type": "tool_result", "id": "t", "text": printed})
    said = [_say(chance, ANSWERING, talk), *chance.sample(CHATTER, chance.randint(1, 4))]
    if chance.random() < _WITH_CODE:
        said.append(
            f"```python\ndef {talk.names[0]}({talk.noun}):\n    return {talk.names[1]}({talk.noun}, {talk.other})\n```"
        )
    drafts.add(MESSAGE, "assistant", _text("\n\n".join(said)))


def _plant(chance: random.Random, drafts: _Drafts, fact: _Fact) -> list[int]:
    """The decision, said by the person or by the model, who then repeats what it was about."""
    said = fact.aspect[0].format(name=fact.name, noun=fact.noun, value=chance.randint(2, 90))
    chatter = " ".join(chance.sample(CHATTER, 2))
    if chance.random() < _HALF:
        first = drafts.add(MESSAGE, "user", _text(said))
        drafts.add(MESSAGE, "assistant", _text(f"Understood. {chatter}"))
        return [first]
    drafts.add(MESSAGE, "user", _text("What do you suggest here?"))
    return [drafts.add(MESSAGE, "assistant", _text(f"{said} {chatter}"))]


def _questions(chance: random.Random, fact: _Fact, answers: frozenset[str]) -> list[Question]:
    """As a person types one word, and as an agent phrases a long question: with the function's name, and without."""
    _, rare, _ = fact.words
    whole = fact.name if chance.random() < _HALF else fact.name.lower().replace("_", "")
    begun = fact.name[: len(fact.name) - len(fact.noun) - 1]
    described = chance.choice(SCOPES) + chance.choice(fact.aspect[1:]).format(noun=fact.noun)
    named = chance.choice(NAMING).format(words=" ".join(fact.words) if chance.random() < _HALF else fact.name)
    return [
        Question("one word: a name", whole, answers),
        Question("one word: how a name begins", begun, answers),
        Question("one word: a part of a name", rare, answers),
        Question("long: names it", chance.choice(SCOPES) + named, answers),
        Question("long: describes it", described, answers),
    ]


def _say(chance: random.Random, sentences: tuple[str, ...], talk: _Talk) -> str:
    return chance.choice(sentences).format(
        noun=talk.noun, other=talk.other, name=chance.choice(talk.names), value=chance.randint(2, 900)
    )


def _text(text: str) -> JsonObject:
    return {"type": "text", "text": text}
