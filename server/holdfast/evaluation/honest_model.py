"""A simulated model that knows how sure it may be: where it says 0.7, it is right seven times in ten.

What is assumed, and what real models do not quite keep to: each token is right with a probability of its own, whatever
came before; these are mixed as a code model's are (more than half nearly certain, a fifth a guess), and places differ in
how hard they are; once it is wrong it goes on, as sure as ever, with text of another place in the same file. `noise` is how
far off it is in telling how sure it is, as a standard deviation of the log odds: 0 is honest, 1 says 0.7 for anything
between 0.46 and 0.86.
"""

import math
import random
import re
from collections.abc import Sequence
from typing import Final

from holdfast.cursor import Cursor
from holdfast.evaluation.scored_answers import ScoredAnswer
from holdfast.evaluation.typing_trace import Passage, Session
from holdfast.inference.model_server import Piece, ScoredToken

_TOKEN: Final = re.compile(r"[ \t]*\n[ \t]*| ?[A-Za-z_][a-z]*| ?[0-9]+| ?[^\w\s]+|\s+|.", re.DOTALL)
"""About where a tokenizer for code cuts: names fall into parts."""
_MIXTURE: Final = ((0.55, 0.95, 1.0), (0.25, 0.6, 0.95), (0.2, 0.05, 0.6))
"""(share of tokens, least and greatest probability)."""
_SURER_OF_BLANKS: Final = 0.1
_MOST_CHARACTERS: Final = 400
_LEAST: Final = 1e-6


def simulated_answers(
    sessions: Sequence[Session], *, places_each: int, noise: float, seed: int
) -> tuple[ScoredAnswer, ...]:
    """What the model says at `places_each` places of each passage, the same for the same seed."""
    draw = random.Random(seed)  # noqa: S311 - a draw that can be repeated
    answers = []
    for session in sessions:
        for passage in session.passages:
            for _ in range(places_each):
                place = draw.randrange(len(passage.typed))
                answers.append(_answer(draw, passage, place, noise))
    return tuple(answers)


def cursor_in(passage: Passage, place: int) -> Cursor:
    """The cursor after `place` characters of the passage were typed."""
    file = passage.file
    before, after = file.text[: passage.start + place], file.text[passage.end :]
    return Cursor(f"file:///{file.path}", None, file.path, file.language, before, after)


def _answer(draw: random.Random, passage: Passage, place: int, noise: float) -> ScoredAnswer:
    true = passage.typed[place:]
    skill = draw.gauss(0, 1)
    tokens: list[ScoredToken] = []
    for text in _TOKEN.findall(true[:_MOST_CHARACTERS]):
        probability = _probability(draw, text, skill)
        is_right = draw.random() < probability
        said = [text] if is_right else _TOKEN.findall(_other_text(draw, passage, true[sum(map(_size, tokens)) :]))
        for number, token in enumerate(said):
            own = probability if number == 0 else _probability(draw, token, skill)
            tokens.append(ScoredToken(token, math.log(_told(draw, own, noise))))
        if not is_right:
            break
    pieces = tuple(Piece(token.text, tokens=(token,)) for token in tokens)
    return ScoredAnswer(cursor_in(passage, place), true, pieces)


def _probability(draw: random.Random, text: str, skill: float) -> float:
    ((_, least, most),) = draw.choices(_MIXTURE, weights=[share for share, _, _ in _MIXTURE])
    probability = _logistic(_log_odds(draw.uniform(least, most)) + skill)
    return 1 - (1 - probability) * _SURER_OF_BLANKS if text.isspace() else probability


def _told(draw: random.Random, probability: float, noise: float) -> float:
    return max(_LEAST, _logistic(_log_odds(probability) + draw.gauss(0, noise)))


def _other_text(draw: random.Random, passage: Passage, true: str) -> str:
    """Text of the same file from a word on that is not the one that comes."""
    text = passage.file.text
    words = [match.start() for match in re.finditer(r"\b\w", text)]
    for _ in range(20):
        start = draw.choice(words)
        if text[start] != true[:1]:
            return text[start : start + _MOST_CHARACTERS]
    return "?"


def _size(token: ScoredToken) -> int:
    return len(token.text)


def _log_odds(probability: float) -> float:
    bounded = min(1 - _LEAST, max(_LEAST, probability))
    return math.log(bounded / (1 - bounded))


def _logistic(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds))
