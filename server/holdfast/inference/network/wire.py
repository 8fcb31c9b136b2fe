"""The base of all JSON that comes from a model server.

Fields that a release left out, or sent as null, have the value that says "unknown". Unknown fields are ignored.
"""

from typing import Annotated, Final, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, NonNegativeInt

_T = TypeVar("_T")


def _or_empty(value: object) -> object:
    return "" if value is None else value


def _or_zero(value: object) -> object:
    return 0 if value is None else value


def _or_nothing(value: object) -> object:
    return [] if value is None else value


Text = Annotated[str, BeforeValidator(_or_empty)]
Count = Annotated[NonNegativeInt, BeforeValidator(_or_zero)]
_MOST_TOKENS: Final = 1 << 30


def _or_unknown(value: object) -> object:
    return 0 if value is None or (isinstance(value, int) and value > _MOST_TOKENS) else value


Tokens = Annotated[NonNegativeInt, BeforeValidator(_or_unknown)]
"""A count of tokens. More than any window holds says nothing, and would use up every budget."""
Several = Annotated[list[_T], BeforeValidator(_or_nothing)]


class Wire(BaseModel):
    """Base: values of exactly the declared type, nothing coerced, unknown fields ignored.

    A validator is built when the first answer comes: of the kinds of servers, most windows have one.
    """

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True, defer_build=True)
