"""Every setting: its type, its one default, its unit in its name, and where its value came from.

Precedence: editor settings > environment > `.env.local` > the `json holdfast` block of the manifest > defaults; the two
files count in a trusted workspace only. A wrong or unknown value is reported and skipped; the others hold.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Literal

from pydantic import Field, ValidationError
from pydantic.alias_generators import to_camel

from holdfast.settings_sections import (
    BudgetSettings,
    FallbackSettings,
    MemorySettings,
    Section,
    ServerSettings,
    SessionSettings,
)

Origin = Literal["default", "manifest", ".env.local", "environment", "editor"]


class Settings(Section):
    """All of the section `holdfast`; camelCase to the user, snake_case here."""

    enabled: bool = Field(default=True, description="Give suggestions at all.")
    languages: dict[str, bool] = Field(
        default_factory=lambda: {"*": True},
        description="Suggestions per language identifier; `*` stands for all others.",
    )
    endpoint: str = Field(default="http://127.0.0.1:11434", description="Where the model server listens.")
    model: str = Field(
        default="auto",
        min_length=1,
        description="The model that completes; `auto` picks an installed one that can fill in the middle.",
    )
    model_digest: Annotated[str, Field(pattern=r"^(sha256:)?[0-9a-f]{12,64}$")] | None = Field(
        default=None,
        description="How the digest of the model must begin, as `ollama list` shows it: another one of that name is refused; null: any.",
    )
    embedding_model: Annotated[str, Field(min_length=1)] | None = Field(
        default=None,
        description="A model of the same server that embeds the workspace's code while the editor rests, to find code that means the same in other words; null: none. A model that runs off this machine is refused unless it is in `allowedRemoteModels`.",
    )
    provider: Literal["auto", "ollama", "openai", "llamacpp", "gguf", "none"] = Field(
        default="auto",
        description="What listens at `endpoint`: `auto` finds out; `ollama`, `llamacpp` (llama.cpp's own server) and `openai` (vLLM, LM Studio, llama-swap and others with OpenAI's API) say so. `gguf` serves `ggufFile` itself; `none` never asks a server: the embedded engine alone answers. A key is read from the environment variable HOLDFAST_API_KEY alone.",
    )
    more_endpoints: list[str] = Field(
        default_factory=list,
        description="Further servers of yours on this machine; the healthy, least busy one serves.",
    )
    gguf_file: Annotated[str, Field(min_length=1)] | None = Field(
        default=None,
        description="A model file that llama.cpp serves in a process of its own, with `provider` `gguf`; needs the extra `holdfast[gguf]`.",
    )
    gguf_threads: int = Field(default=0, ge=0, le=256, description="Threads for `ggufFile`; 0: half of the cores.")
    debounce_ms: Annotated[int, Field(ge=0, le=5000)] | None = Field(
        default=None,
        description="Milliseconds to wait after a key before asking the server; null adapts to how often the model was right, and to its speed.",
    )
    num_ctx: int = Field(
        default=4096,
        ge=1024,
        le=1_048_576,
        description="Tokens of context window asked of the server; another value than other clients use makes Ollama reload the model.",
    )
    max_predict: int = Field(default=128, ge=8, le=2048, description="Tokens generated at most for one suggestion.")
    timeout_ms: int = Field(
        default=10_000,
        ge=100,
        le=600_000,
        description="Milliseconds to wait for the server's first answer, and between its pieces.",
    )
    max_retries: int = Field(default=1, ge=0, le=5, description="How often a failed request is tried again at once.")
    context_tokens: int = Field(
        default=2000, ge=0, le=100_000, description="Tokens of project context put before the current file."
    )
    manifest_tokens: Annotated[int, Field(ge=0, le=100_000)] | None = Field(
        default=None,
        description="Tokens of `contextTokens` that CLAUDE.md and what belongs to it may take; null: three tenths of them.",
    )
    suffix_tokens: int = Field(
        default=256,
        ge=0,
        le=4096,
        description="Tokens of what follows the cursor where it is read again at every key.",
    )
    spm_suffix_tokens: int = Field(default=768, ge=0, le=8192, description="The same for models that read it first.")
    embedded: Literal["auto", "always", "off"] = Field(
        default="auto",
        description="The embedded engine: when no server answers (`auto`), instead of a server (`always`), or never (`off`).",
    )
    slow_after_ms: int = Field(
        default=600,
        ge=50,
        le=60_000,
        description="Milliseconds of silence from the model server after which the embedded engine answers; the model's answer serves a later key.",
    )
    min_confidence: float = Field(
        default=0.1,
        ge=0,
        le=1,
        description="How probable, by the server's own word, a suggestion must be to be right as far as it is shown, from 0 (show all) to 1; where a server does not say, all is shown.",
    )
    keep_alive: str = Field(
        default="30m",
        pattern=r"^-?\d+(\.\d+)?(ms|s|m|h)?$",
        description="How long Ollama keeps the model loaded after a request.",
    )
    allowed_remote_models: list[str] = Field(
        default_factory=list, description="Models that run off this machine and may be used all the same."
    )
    context_file: str = Field(
        default="CLAUDE.md", min_length=1, description="The project's manifest, relative to the workspace."
    )
    project_root: str = Field(default=".", min_length=1, description="The folder of the workspace that is the project.")
    learning: bool = Field(
        default=True, description="Let what you take of what is suggested adjust which code is looked for."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="What the log shows.")
    server: ServerSettings = Field(default_factory=ServerSettings)
    memory: MemorySettings = Field(default_factory=MemorySettings)
    sessions: SessionSettings = Field(default_factory=SessionSettings)
    fallback: FallbackSettings = Field(default_factory=FallbackSettings)
    budget: BudgetSettings = Field(default_factory=BudgetSettings)

    def memory_tokens(self, *, trusted: bool) -> int:
        """What session memory may cost in a workspace; 0 where there is to be none."""
        return self.memory.tokens if trusted and self.memory.enabled else 0

    def language_on(self, language: str) -> bool:
        """Whether suggestions are on for a language identifier."""
        return self.languages.get(language, self.languages.get("*", True))


ENVIRONMENT_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "endpoint": ("HOLDFAST_ENDPOINT", "OLLAMA_ENDPOINT", "OLLAMA_HOST"),
    "model": ("HOLDFAST_MODEL", "CLAUDE_CODE_MODEL"),
    "provider": ("AI_PROVIDER",),
    "keepAlive": ("OLLAMA_KEEP_ALIVE",),
    "contextFile": ("CLAUDE_CONTEXT_FILE",),
    "projectRoot": ("CLAUDE_PROJECT_ROOT",),
    "logLevel": ("HOLDFAST_LOG",),
}
"""Setting to the variables it is read from, the first that is set wins."""

_PROVIDERS: Final = {"local": "ollama", "ollama": "ollama", "none": "none"}
"""What AI_PROVIDER may say. Other programs read it too, and to them `openai` is a company's service."""


@dataclass(frozen=True, slots=True)
class ResolvedSettings:
    """The settings in force, where each value came from, and what was wrong with the ones that were skipped."""

    settings: Settings = field(default_factory=Settings)
    origins: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def resolve_settings(
    editor: object = None,
    environment: Mapping[str, str] | None = None,
    env_local: Mapping[str, str] | None = None,
    manifest: Mapping[str, object] | None = None,
) -> ResolvedSettings:
    """Merge the sources; `editor` is the raw JSON of the section.

    `env_local` and `manifest` (what its block sets, by camelCase name) are given for trusted workspaces only.
    """
    problems: list[str] = []
    values: dict[str, Any] = {}
    origins = {name: "default" for name, _, _ in describe_settings(Settings())}
    layers: list[tuple[Origin, Iterator[tuple[str, str, object]]]] = [
        ("manifest", ((name, name, value) for name, value in (manifest or {}).items())),
        (".env.local", _from_environment(env_local or {}, problems)),
        ("environment", _from_environment(environment or {}, problems)),
        ("editor", _from_editor(editor, problems)),
    ]
    for origin, layer in layers:
        for name, source, value in layer:
            try:
                Settings.model_validate(_nested({name: value}))
            except ValidationError as error:
                problems.append(_problem(name, source, error))
                continue
            values[name] = value
            origins[name] = origin if source == name else f"{origin} ({source})"
    if origins["modelDigest"] == "manifest" != origins["model"]:
        # It is the digest of the model that the manifest names, and another one was chosen over it.
        del values["modelDigest"]
        origins["modelDigest"] = "default"
    return ResolvedSettings(Settings.model_validate(_nested(values)), origins, tuple(problems))


def describe_settings(settings: Settings) -> list[tuple[str, object, str]]:
    """(camelCase name with dots, value, description) of every setting, in declared order."""
    rows: list[tuple[str, object, str]] = []
    for name, info in Settings.model_fields.items():
        value = getattr(settings, name)
        if isinstance(value, Section):
            rows += [
                (f"{to_camel(name)}.{to_camel(inner)}", getattr(value, inner), inner_info.description or "")
                for inner, inner_info in type(value).model_fields.items()
            ]
        else:
            rows.append((to_camel(name), value, info.description or ""))
    return rows


def _from_environment(environment: Mapping[str, str], problems: list[str]) -> Iterator[tuple[str, str, object]]:
    for name, variables in ENVIRONMENT_NAMES.items():
        for variable in variables:
            value = environment.get(variable, "").strip()
            if name == "provider" and value and value.lower() not in _PROVIDERS:
                problems.append(
                    f"`{variable}` is ignored: it says `local`, `ollama` or `none`; `holdfast.provider` knows more."
                )
            elif value:
                yield name, variable, _environment_value(name, value)
                break


def _environment_value(name: str, value: str) -> str:
    if name == "model":
        return value.removeprefix("ollama/")
    if name == "provider":
        return _PROVIDERS[value.lower()]
    if name == "logLevel":
        return value.lower()
    return value


def _from_editor(raw: object, problems: list[str]) -> Iterator[tuple[str, str, object]]:
    if raw is None:
        return
    if not isinstance(raw, Mapping):
        problems.append(f"The settings `holdfast` must be an object, not {type(raw).__name__}; defaults are used.")
        return
    known = {name for name, _, _ in describe_settings(Settings())}
    sections = {to_camel(name) for name, info in Settings.model_fields.items() if _is_section(info.annotation)}
    for name, value in _flattened(raw, sections):
        if name in sections:
            problems.append(f"`holdfast.{name}` is ignored: it must be an object, not {type(value).__name__}.")
        elif name not in known:
            problems.append(f"There is no setting `holdfast.{name}`.")
        elif value is not None:
            yield name, name, value


def _flattened(raw: Mapping[object, object], sections: Collection[str]) -> Iterator[tuple[str, object]]:
    for key, value in raw.items():
        if key in sections and isinstance(value, Mapping):
            yield from ((f"{key}.{inner}", inner_value) for inner, inner_value in value.items())
        elif key in sections and value is None:
            continue
        elif key != "workspaceTrusted":
            yield str(key), value


def _is_section(annotation: object) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Section)


def _nested(values: Mapping[str, object]) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for name, value in values.items():
        head, _, inner = name.partition(".")
        if inner:
            nested.setdefault(head, {})[inner] = value
        else:
            nested[head] = value
    return nested


def _problem(name: str, source: str, error: ValidationError) -> str:
    what = error.errors()[0]["msg"]
    place = f"holdfast.{name}" if source == name else source
    return f"`{place}` is ignored: {what[:1].lower()}{what[1:]}."
