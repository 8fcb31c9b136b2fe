"""What the commands print with `--json`, field by field; a field more or less is an error."""

from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from cli_process import Ran
from holdfast.reasons import is_reason


def _known(reason: str) -> str:
    assert is_reason(reason), f"{reason} is not in the closed list"
    return reason


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Block(_Strict):
    path: Annotated[str, Field(pattern=r"^[^/\\][^\\]*$")]
    lines: Annotated[list[Annotated[int, Field(ge=1)]], Field(min_length=2, max_length=2)]
    kind: Annotated[str, Field(min_length=1)]
    found_by: Annotated[list[str], Field(min_length=1)]
    tokens: Annotated[int, Field(ge=1)]
    text: str


class TimingsMs(_Strict):
    index: Annotated[float, Field(ge=0)]
    context: Annotated[float, Field(ge=0)]
    first_token: Annotated[float, Field(ge=0)]
    total: Annotated[float, Field(ge=0)]


class Completed(_Strict):
    """`complete`"""

    text: str
    engine: Literal["model", "embedded", "none"]
    model: str | None
    reason: Annotated[str, AfterValidator(_known)] | None
    timings_ms: TimingsMs
    context: list[Block]


class Context(_Strict):
    """`context`"""

    blocks: list[Block]
    prompt: str
    prompt_tokens: Annotated[int, Field(ge=0)]
    budget_tokens: Annotated[int, Field(ge=0)]


class Indexed(_Strict):
    """`index`"""

    files: int
    chunks: int
    skipped: dict[str, int]
    seconds: Annotated[float, Field(ge=0)]
    bytes: int


class Why(_Strict):
    """`index --why`"""

    path: str
    indexed: bool
    reason: Annotated[str, Field(min_length=1)]


class ShownSetting(_Strict):
    value: object
    source: Annotated[str, Field(min_length=1)]


class Config(_Strict):
    """`config`"""

    trusted: bool
    settings: dict[str, ShownSetting]
    problems: list[str]


class Trusted(_Strict):
    """`trust`"""

    trusted: list[str]


Contract = TypeVar("Contract", bound=BaseModel)


def answer(ran: Ran, contract: type[Contract]) -> Contract:
    """The one JSON object that a command which went well printed, and nothing else anywhere."""
    assert (ran.code, ran.err) == (0, ""), ran
    return contract.model_validate_json(one_line(ran))


def one_line(ran: Ran) -> str:
    """Standard output, which is one line of ASCII."""
    line, end, rest = ran.out.partition("\n")
    assert (end, rest) == ("\n", "")
    assert line.isascii()
    return line
