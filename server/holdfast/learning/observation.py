"""One suggestion whose outcome is known, as learning sees it: who had found what it used, and whether it was taken."""

from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import BaseModel, Field, ValidationError

from holdfast.sessions.entries.clock import stamp_ms

_MOST_RETRIEVERS: Final = 20
_LONGEST_NAME: Final = 50
_TAKEN: Final = frozenset({"accepted", "partly_accepted", "typed_through"})


@dataclass(frozen=True, slots=True)
class Observation:
    """`at_ms` since 1970; `retrievers` had found names that the suggestion used; `place` is where the cursor stood."""

    at_ms: int
    retrievers: tuple[str, ...]
    language: str
    place: str
    is_taken: bool


_Name = Annotated[str, Field(max_length=_LONGEST_NAME)]


class _Call(BaseModel):
    type: Literal["tool_call"]
    name: Literal["inline_completion"]
    language: _Name
    found_by: Annotated[list[_Name], Field(min_length=1, max_length=_MOST_RETRIEVERS)]
    place: Literal["line", "within"]


class _Result(BaseModel):
    type: Literal["tool_result"]
    outcome: Literal["accepted", "partly_accepted", "typed_through", "ignored"]


class _Suggestion(BaseModel):
    hlc: str
    parts: tuple[_Call, _Result]


def observation_of(body: str) -> Observation | None:
    """What an entry with this text says; None where it is about anything else, or nothing of other files was used."""
    if '"found_by"' not in body or '"inline_completion"' not in body:
        return None
    try:
        entry = _Suggestion.model_validate_json(body)
        at_ms = stamp_ms(entry.hlc)
    except (ValidationError, ValueError):
        return None
    call, result = entry.parts
    retrievers = tuple(dict.fromkeys(call.found_by))
    return Observation(at_ms, retrievers, call.language, call.place, result.outcome in _TAKEN)
