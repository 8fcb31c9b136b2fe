import json
from pathlib import Path

from cli_contract import Config, ShownSetting, answer, one_line
from cli_process import NOBODY_LISTENS, holdfast
from holdfast.settings import Settings, describe_settings

DEFAULTS = {name: ShownSetting(value=value, source="default") for name, value, _ in describe_settings(Settings())}


def test_every_setting_is_shown_with_its_value_and_its_source(shop: Path) -> None:
    (shop / ".env.local").write_text("HOLDFAST_MODEL=from-the-workspace\nCLAUDE_CONTEXT_FILE=AGENTS.md\n")
    environment = {
        "OLLAMA_HOST": "0.0.0.0",  # noqa: S104 - where a server listens; here it means this machine
        "HOLDFAST_ENDPOINT": "",
        "AI_PROVIDER": "local",
        "CLAUDE_CODE_MODEL": "ollama/qwen2.5-coder:3b",
    }
    from_environment = {
        "endpoint": ShownSetting(value="0.0.0.0", source="environment (OLLAMA_HOST)"),  # noqa: S104 - the same
        "provider": ShownSetting(value="ollama", source="environment (AI_PROVIDER)"),
        "model": ShownSetting(value="qwen2.5-coder:3b", source="environment (CLAUDE_CODE_MODEL)"),
    }
    untrusted = answer(holdfast("config", "--json", cwd=shop, environment=environment), Config)
    assert holdfast("trust", str(shop), cwd=shop).code == 0
    trusted = answer(holdfast("config", "shop", "--json", cwd=shop.parent, environment=environment), Config)

    assert untrusted == Config(trusted=False, settings=DEFAULTS | from_environment, problems=[])
    from_file = {"contextFile": ShownSetting(value="AGENTS.md", source=".env.local (CLAUDE_CONTEXT_FILE)")}
    assert trusted == Config(trusted=True, settings=DEFAULTS | from_file | from_environment, problems=[])


def test_a_wrong_setting_is_said_and_skipped(shop: Path) -> None:
    ran = holdfast("config", "--json", cwd=shop, environment={"AI_PROVIDER": "cloud", "OLLAMA_KEEP_ALIVE": "a while"})
    shown = Config.model_validate_json(one_line(ran))

    assert ran.code == 0
    assert shown.settings["provider"] == DEFAULTS["provider"]
    assert [words.split(" is ignored")[0] for words in shown.problems] == ["`AI_PROVIDER`", "`OLLAMA_KEEP_ALIVE`"]
    assert ran.err == "".join(f"holdfast: {words}\n" for words in shown.problems)


def test_a_person_sees_a_table_in_the_words_of_an_editors_settings(shop: Path) -> None:
    ran = holdfast("config", cwd=shop)
    rows = {line.split()[0]: line.split()[1:] for line in ran.out.splitlines() if line[:1].strip()}

    assert (ran.code, ran.err) == (0, "")
    assert rows["Setting"] == ["Value", "From", "What", "it", "does"]
    assert rows["debounceMs"][:2] == ["null", "default"]
    assert rows["languages"][:3] == ['{"*":', "true}", "default"]
    assert rows["endpoint"][:2] == [NOBODY_LISTENS, "environment"]
    assert ran.out.endswith(f"{shop} is not trusted (holdfast trust {shop}).\n")


def test_a_damaged_list_of_trusted_folders_trusts_nothing_and_says_so(shop: Path, private_places: Path) -> None:
    (private_places / "data").mkdir()
    (private_places / "data" / "trusted.json").write_text(json.dumps([str(shop)])[:-1])
    ran = holdfast("config", "--json", cwd=shop)

    assert ran.code == 0
    assert Config.model_validate_json(one_line(ran)).trusted is False
    words = f"holdfast: {private_places / 'data' / 'trusted.json'} cannot be read, so no folder is trusted: "
    assert ran.err.startswith(words)
    assert ran.err.count("\n") == 1


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    ran = holdfast("config", "nowhere", "--json", cwd=tmp_path)

    assert (ran.code, ran.out, ran.err) == (4, "", "holdfast: nowhere does not exist. Name a folder that does.\n")
