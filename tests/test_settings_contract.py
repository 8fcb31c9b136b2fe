"""One list of settings, told three times: `holdfast.settings`, the extension's package.json, docs/settings.md."""

import json
from pathlib import Path

import pytest
from pydantic.alias_generators import to_camel

from holdfast.settings import ENVIRONMENT_NAMES, Settings, resolve_settings
from settings_table import BEGIN, END, PAGE, Setting, region, settings, table, with_table

PACKAGE = json.loads((Path(__file__).parent.parent / "extension" / "package.json").read_text("utf-8"))
PROPERTIES = PACKAGE["contributes"]["configuration"]["properties"]
SETTINGS = settings()
TOLD_TO_EDITORS_ONLY = {"order", "default", "scope", "markdownDescription", "enumDescriptions", "uniqueItems"}
SCOPES = {"machine", "machine-overridable", "resource", "window"}
MACHINE_ONLY = {
    *("endpoint", "moreEndpoints", "provider", "ggufFile", "ggufThreads"),
    *("fallback.endpoint", "fallback.model", "fallback.when"),
    *("server.command", "allowedRemoteModels", "memory.allowedServers"),
    *("budget.tokensPerDay", "budget.tokensPerRequest"),
    *("memory.summaries", "sessions.modelRedaction"),
}
"""What could send code away, start a program, spend, or store what a person wants redacted: a workspace must not set it, not even a trusted one."""


def of_setting(argument: object) -> str | None:
    return argument.name if isinstance(argument, Setting) else None


def test_the_extension_declares_the_settings_of_the_sidecar_in_one_order() -> None:
    in_order = sorted(PROPERTIES, key=lambda name: PROPERTIES[name]["order"])

    assert sorted(PROPERTIES) == sorted(f"holdfast.{setting.name}" for setting in SETTINGS)
    assert [PROPERTIES[name]["order"] for name in in_order] == list(range(1, len(PROPERTIES) + 1))


@pytest.mark.parametrize("setting", SETTINGS, ids=of_setting)
def test_type_values_and_range_are_those_of_the_sidecar(setting: Setting) -> None:
    declared = PROPERTIES[f"holdfast.{setting.name}"]

    assert {key: value for key, value in declared.items() if key not in TOLD_TO_EDITORS_ONLY} == setting.shape
    assert declared["default"] == setting.default
    assert type(declared["default"]) is type(setting.default)


@pytest.mark.parametrize("setting", SETTINGS, ids=of_setting)
def test_every_setting_is_described_to_people(setting: Setting) -> None:
    declared = PROPERTIES[f"holdfast.{setting.name}"]

    assert declared["markdownDescription"].strip().endswith(".")
    assert setting.description.strip().endswith(".")
    assert len(declared.get("enumDescriptions", declared.get("enum", []))) == len(declared.get("enum", []))
    assert all(words.strip() for words in declared.get("enumDescriptions", []))


def test_what_could_send_code_away_or_start_a_program_counts_from_the_machines_settings_only() -> None:
    scopes = {name.removeprefix("holdfast."): declared["scope"] for name, declared in PROPERTIES.items()}

    assert {name for name, scope in scopes.items() if scope == "machine"} == MACHINE_ONLY
    assert set(scopes.values()) <= SCOPES


def test_an_untrusted_workspace_chooses_no_model() -> None:
    untrusted = PACKAGE["capabilities"]["untrustedWorkspaces"]

    assert untrusted["supported"] == "limited"
    assert untrusted["restrictedConfigurations"] == ["holdfast.model", "holdfast.embeddingModel"]


@pytest.mark.parametrize("setting", SETTINGS, ids=of_setting)
def test_the_default_the_editor_sends_is_taken_without_a_word(setting: Setting) -> None:
    section, _, inner = setting.name.partition(".")
    value = PROPERTIES[f"holdfast.{setting.name}"]["default"]
    resolved = resolve_settings({section: {inner: value} if inner else value})

    assert resolved.problems == ()
    assert resolved.settings == Settings()


def test_a_variable_of_the_environment_belongs_to_a_setting() -> None:
    assert set(ENVIRONMENT_NAMES) <= {setting.name for setting in SETTINGS}
    assert all(to_camel(name) == name for name in ENVIRONMENT_NAMES)


def test_the_page_holds_the_table_of_today() -> None:
    assert region(PAGE.read_text("utf-8")) == table(), "run: python tests/settings_table.py --write"


def test_writing_the_table_leaves_the_rest_of_the_page_alone() -> None:
    page = f"above\n{BEGIN}old\n{END}\nbelow\n"

    assert with_table(page) == f"above\n{BEGIN}{table()}{END}\nbelow\n"
    assert with_table(with_table(page)) == with_table(page)


@pytest.mark.parametrize("page", ["", BEGIN, END, END + BEGIN, BEGIN + END + BEGIN], ids=repr)
def test_a_page_without_its_markers_is_refused(page: str) -> None:
    with pytest.raises(ValueError, match="needs one line"):
        with_table(page)
