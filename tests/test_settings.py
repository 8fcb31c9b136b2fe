import pytest

from holdfast.settings import ENVIRONMENT_NAMES, Settings, describe_settings, resolve_settings


def test_without_any_source_the_defaults_hold() -> None:
    resolved = resolve_settings()

    assert resolved.settings == Settings()
    assert set(resolved.origins.values()) == {"default"}
    assert resolved.problems == ()


def test_every_setting_is_described() -> None:
    rows = describe_settings(Settings())

    assert [name for name, _, description in rows if not description] == []
    assert {"endpoint", "debounceMs", "server.command", "memory.allowedServers"} <= {name for name, _, _ in rows}
    assert set(ENVIRONMENT_NAMES) <= {name for name, _, _ in rows}


ENDPOINTS = {"HOLDFAST_ENDPOINT": "http://localhost:1", "OLLAMA_ENDPOINT": "http://localhost:2", "OLLAMA_HOST": "h:3"}


@pytest.mark.parametrize(
    ("editor", "environment", "env_local", "endpoint", "origin"),
    [
        ({"endpoint": "e"}, ENDPOINTS, ENDPOINTS, "e", "editor"),
        ({}, ENDPOINTS, {}, "http://localhost:1", "environment (HOLDFAST_ENDPOINT)"),
        ({}, {"OLLAMA_ENDPOINT": "a", "OLLAMA_HOST": "b"}, {}, "a", "environment (OLLAMA_ENDPOINT)"),
        ({}, {"OLLAMA_HOST": "b"}, {"HOLDFAST_ENDPOINT": "c"}, "b", "environment (OLLAMA_HOST)"),
        ({}, {}, {"OLLAMA_HOST": "c"}, "c", ".env.local (OLLAMA_HOST)"),
        ({"endpoint": None}, {"OLLAMA_HOST": "b"}, {}, "b", "environment (OLLAMA_HOST)"),
        ({"endpoint": 3}, {"OLLAMA_HOST": "b"}, {}, "b", "environment (OLLAMA_HOST)"),
        ({}, {"HOLDFAST_ENDPOINT": "  ", "OLLAMA_HOST": " b "}, {}, "b", "environment (OLLAMA_HOST)"),
        ({}, {}, {}, "http://127.0.0.1:11434", "default"),
    ],
    ids=["editor", "own-name", "second", "env-over-file", "file", "null-is-unset", "wrong-is-unset", "blank", "none"],
)
def test_precedence(
    editor: object, environment: dict[str, str], env_local: dict[str, str], endpoint: str, origin: str
) -> None:
    resolved = resolve_settings(editor, environment, env_local)

    assert (resolved.settings.endpoint, resolved.origins["endpoint"]) == (endpoint, origin)


@pytest.mark.parametrize(
    ("variable", "value", "name", "expected"),
    [
        ("HOLDFAST_MODEL", "qwen2.5-coder:7b", "model", "qwen2.5-coder:7b"),
        ("CLAUDE_CODE_MODEL", "ollama/qwen2.5-coder", "model", "qwen2.5-coder"),
        ("CLAUDE_CODE_MODEL", "qwen2.5-coder", "model", "qwen2.5-coder"),
        ("AI_PROVIDER", "local", "provider", "ollama"),
        ("AI_PROVIDER", "Ollama", "provider", "ollama"),
        ("AI_PROVIDER", "none", "provider", "none"),
        ("OLLAMA_KEEP_ALIVE", "-1", "keep_alive", "-1"),
        ("OLLAMA_KEEP_ALIVE", "24h", "keep_alive", "24h"),
        ("CLAUDE_CONTEXT_FILE", "docs/CLAUDE.md", "context_file", "docs/CLAUDE.md"),
        ("CLAUDE_PROJECT_ROOT", "packages/shop", "project_root", "packages/shop"),
        ("HOLDFAST_LOG", "DEBUG", "log_level", "debug"),
    ],
)
def test_environment_names(variable: str, value: str, name: str, expected: str) -> None:
    resolved = resolve_settings(None, {variable: value})

    assert (getattr(resolved.settings, name), resolved.problems) == (expected, ())


def test_every_variable_is_read() -> None:
    for name, variables in ENVIRONMENT_NAMES.items():
        for variable in variables:
            value = {"provider": "none", "keepAlive": "5m", "logLevel": "error"}.get(name, "some-value")
            assert resolve_settings(None, {variable: value}).origins[name] == f"environment ({variable})"


@pytest.mark.parametrize("raw", [[], "text", 3, True, [{"endpoint": "e"}]], ids=repr)
def test_a_settings_object_of_the_wrong_type_is_reported_and_changes_nothing(raw: object) -> None:
    resolved = resolve_settings(raw)

    assert resolved.settings == Settings()
    assert len(resolved.problems) == 1
    assert "must be an object" in resolved.problems[0]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("enabled", "yes"),
        ("enabled", 1),
        ("languages", {"python": "on"}),
        ("languages", ["python"]),
        ("endpoint", 11434),
        ("model", ""),
        ("provider", "cloud"),
        ("fallback.when", ["always"]),
        ("ggufThreads", 257),
        ("moreEndpoints", "http://localhost:8080"),
        ("debounceMs", -1),
        ("debounceMs", True),
        ("debounceMs", "100"),
        ("numCtx", 12),
        ("numCtx", 4096.5),
        ("maxPredict", 10**9),
        ("timeoutMs", [1]),
        ("contextTokens", -5),
        ("embedded", "sometimes"),
        ("keepAlive", "soon"),
        ("allowedRemoteModels", "a:cloud"),
        ("server.command", "holdfast serve"),
        ("memory.allowedServers", {"a": 1}),
        ("logLevel", "loud"),
    ],
    ids=str,
)
def test_a_wrong_value_is_reported_and_the_others_hold(name: str, value: object) -> None:
    head, _, inner = name.partition(".")

    resolved = resolve_settings({head: {inner: value} if inner else value, "maxRetries": 3})

    assert resolved.settings == Settings(max_retries=3)
    assert len(resolved.problems) == 1
    assert resolved.problems[0].startswith(f"`holdfast.{name}` is ignored: ")


def test_a_wrong_variable_is_named_as_the_person_wrote_it() -> None:
    assert resolve_settings(None, {"AI_PROVIDER": "openai"}).problems == (
        "`AI_PROVIDER` is ignored: it says `local`, `ollama` or `none`; `holdfast.provider` knows more.",
    )


@pytest.mark.parametrize("value", ["openai", "OpenAI", "auto", "gguf", "anthropic"])
def test_what_other_programs_mean_by_their_provider_changes_nothing_here(value: str) -> None:
    resolved = resolve_settings(None, {"AI_PROVIDER": value})

    assert (resolved.settings, resolved.origins["provider"]) == (Settings(), "default")
    assert len(resolved.problems) == 1


def test_unknown_names_are_reported() -> None:
    resolved = resolve_settings({"numctx": 1, "num_ctx": 2, "server": {"args": []}, "maxRetries": 2})

    assert resolved.problems == (
        "There is no setting `holdfast.numctx`.",
        "There is no setting `holdfast.num_ctx`.",
        "There is no setting `holdfast.server.args`.",
    )
    assert resolved.settings == Settings(max_retries=2)


def test_null_means_the_default() -> None:
    raw = {name.partition(".")[0]: None for name, _, _ in describe_settings(Settings())}

    resolved = resolve_settings({**raw, "memory": {"allowedServers": None}})

    assert (resolved.settings, resolved.problems) == (Settings(), ())


@pytest.mark.parametrize("raw", [{"server": {"command": ["a", "b"]}}, {"server.command": ["a", "b"]}], ids=repr)
def test_nested_settings(raw: object) -> None:
    resolved = resolve_settings(raw)

    assert (resolved.settings.server.command, resolved.origins["server.command"]) == (["a", "b"], "editor")


def test_a_section_that_is_no_object_is_named() -> None:
    assert resolve_settings({"server": "holdfast"}).problems == (
        "`holdfast.server` is ignored: it must be an object, not str.",
    )


def test_trust_is_no_setting_and_no_problem() -> None:
    assert resolve_settings({"workspaceTrusted": True}).problems == ()


@pytest.mark.parametrize(
    ("languages", "language", "expected"),
    [
        ({}, "python", True),
        ({"*": False}, "python", False),
        ({"*": False, "python": True}, "python", True),
        ({"*": True, "python": False}, "python", False),
        ({"python": False}, "go", True),
    ],
)
def test_languages(languages: dict[str, bool], language: str, *, expected: bool) -> None:
    assert Settings(languages=languages).language_on(language) is expected


def test_what_the_manifest_sets_ranks_above_defaults_alone() -> None:
    said = {"maxPredict": 64, "contextTokens": 900, "model": "theirs"}
    resolved = resolve_settings({"contextTokens": 100}, {"HOLDFAST_MODEL": "mine"}, {}, said)

    settings = resolved.settings
    assert (settings.max_predict, settings.context_tokens, settings.model) == (64, 100, "mine")
    assert [resolved.origins[name] for name in ("maxPredict", "contextTokens", "model")] == [
        "manifest",
        "editor",
        "environment (HOLDFAST_MODEL)",
    ]


@pytest.mark.parametrize(
    ("environment", "digest", "origin"),
    [({}, "0123456789ab", "manifest"), ({"HOLDFAST_MODEL": "mine"}, None, "default")],
    ids=["its-model", "another-model"],
)
def test_the_manifests_digest_belongs_to_the_manifests_model(
    environment: dict[str, str], digest: str | None, origin: str
) -> None:
    resolved = resolve_settings(None, environment, {}, {"model": "theirs", "modelDigest": "0123456789ab"})

    assert (resolved.settings.model_digest, resolved.origins["modelDigest"]) == (digest, origin)
