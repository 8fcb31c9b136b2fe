"""The settings that belong together under one name: `holdfast.server.*` and the like."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


class Section(BaseModel):
    """Base: camelCase outside, snake_case inside; nothing unknown, nothing coerced."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        frozen=True,
        extra="forbid",
        strict=True,
        protected_namespaces=(),
    )


class ServerSettings(Section):
    """`holdfast.server.*`: how the editor starts the sidecar; read by the extension."""

    command: list[str] | None = Field(
        default=None, description="Command line that starts the sidecar instead of the one the extension carries."
    )


class MemorySettings(Section):
    """`holdfast.memory.*`: what becomes of what earlier sessions settled."""

    enabled: bool = Field(
        default=True,
        description="Let what earlier sessions of a trusted project settled (decisions, corrections, open ends) stand in its prompts.",
    )
    tokens: int = Field(
        default=300,
        ge=0,
        le=4000,
        description="Tokens of `contextTokens` that it may take, and never more than 15 percent of them; 0: none of it.",
    )
    summaries: bool = Field(
        default=False,
        description="Let the model on this machine sum up ended sessions of the project, one by one while nobody types; never a model off this machine, nor the fallback.",
    )
    allowed_servers: list[str] = Field(
        default_factory=list,
        description="Models that run off this machine (`allowedRemoteModels`) and may be sent session memory too, by their names; no other is.",
    )


class SessionSettings(Section):
    """`holdfast.sessions.*`: how sessions come into the log."""

    model_redaction: bool = Field(
        default=False,
        description="Let the model on this machine look for names and numbers in conversations before the editor imports them; what it has not read is not stored, and waits.",
    )


class FallbackSettings(Section):
    """`holdfast.fallback.*`: a second server for requests that the first has failed."""

    endpoint: str = Field(default="", description="Where the fallback listens, on this machine.")
    model: str = Field(default="", description="The model it is asked for.")
    when: list[Literal["failed", "timeout"]] = Field(
        default_factory=list,
        description="The failures it answers: `failed` (no connection, busy, broken), `timeout`; none: it is off. Each of its answers says so, and they are counted apart.",
    )


class BudgetSettings(Section):
    """`holdfast.budget.*`: how many tokens, of prompts and answers together, a model server is asked for."""

    tokens_per_day: Annotated[int, Field(ge=1, le=1_000_000_000)] | None = Field(
        default=None,
        description="Tokens a day, of prompts and answers in all windows together; once they are used up no server is asked until midnight. null: no limit. `holdfast usage` shows what was used.",
    )
    tokens_per_request: Annotated[int, Field(ge=128, le=1_048_576)] | None = Field(
        default=None,
        description="Tokens of one request, prompt and answer together: prompts are written shorter, whatever `numCtx` is. null: no limit but the window.",
    )
