"""What the bridge would write: the files as they would be, and which values would go."""

import json
from pathlib import Path

import pytest

from holdfast.bridge.editor_settings import KEY, plan_editor_settings
from holdfast.bridge.file_change import FileChange, carry_out
from holdfast.bridge.local_files import local_variables, plan_compose, plan_env_local
from holdfast.errors import SettingsError
from holdfast.manifest.writing.refusal import ManifestRefused
from small_repository import write_files

VARIABLES = {"A": "1", "B": "2"}
LISTED = [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]


@pytest.mark.parametrize(
    ("before", "after", "replaced"),
    [
        (None, {KEY: LISTED}, ()),
        ("", {KEY: LISTED}, ()),
        ('{"editor.tabSize": 2}', {"editor.tabSize": 2, KEY: LISTED}, ()),
        (f'{{"{KEY}": [{{"name": "X", "value": "x"}}, {{"name": "A", "value": "0"}}]}}', {KEY: [{"name": "X", "value": "x"}, *LISTED]}, ("A",)),
        (f'{{"{KEY}": [{{"name": "A", "value": "1"}}]}}', {KEY: LISTED}, ()),
    ],
    ids=["no file", "an empty file", "other settings", "other variables, and another value", "a part"],
)  # fmt: skip
def test_the_editors_settings_get_the_variables_and_keep_the_rest(
    tmp_path: Path, before: str | None, after: object, replaced: tuple[str, ...]
) -> None:
    if before is not None:
        write_files(tmp_path, {".vscode/settings.json": before})
    change = plan_editor_settings(tmp_path, VARIABLES)

    assert (json.loads(change.after), change.replaced, change.before) == (after, replaced, before)


def test_settings_that_have_it_all_are_not_rewritten(tmp_path: Path) -> None:
    text = f'{{"{KEY}":\n[{{"name": "B", "value": "2"}},{{"name": "A", "value": "1"}}]}}'
    write_files(tmp_path, {".vscode/settings.json": text})
    change = plan_editor_settings(tmp_path, VARIABLES)

    assert (change.is_needed, change.diff) == (False, "")


def test_the_indentation_of_settings_stays(tmp_path: Path) -> None:
    write_files(tmp_path, {".vscode/settings.json": '{\n\t"a": 1\n}\n'})

    assert plan_editor_settings(tmp_path, VARIABLES).after.startswith('{\n\t"a": 1,\n\t"claudeCode')


@pytest.mark.parametrize(
    "text",
    ['{\n  // mine\n  "a": 1\n}', "[]", '{"a"', f'{{"{KEY}": "x"}}', f'{{"{KEY}": ["x"]}}', "[" * 5_000],
    ids=["comments", "a list", "torn", "no list", "no pairs", "nested without end"],
)
def test_settings_that_cannot_be_written_anew_without_loss_are_refused(tmp_path: Path, text: str) -> None:
    write_files(tmp_path, {".vscode/settings.json": text})

    with pytest.raises(SettingsError, match="Nothing was written"):
        plan_editor_settings(tmp_path, VARIABLES)


@pytest.mark.parametrize(
    ("before", "after", "replaced"),
    [
        (None, "A=1\nB=2\n", ()),
        ("X=0", "X=0\nA=1\nB=2\n", ()),
        ("# mine\r\nexport A='1'\r\nX=0\r\n", "# mine\r\nexport A='1'\r\nX=0\r\nB=2\r\n", ()),
        ("A=9\nX=0\nB=2\n", "A=1\nX=0\nB=2\n", ("A",)),
        ("A=9\nA=8\n", "A=1\nA=1\nB=2\n", ("A",)),
        ("A=1\nB=2\n", "A=1\nB=2\n", ()),
        ("caf\udce9\n", "caf\udce9\nA=1\nB=2\n", ()),
    ],
    ids=[
        "no file",
        "others",
        "line ends, quotes and comments",
        "another value",
        "twice",
        "all there",
        "another encoding",
    ],
)
def test_variables_are_added_to_env_local_and_all_else_stays(
    tmp_path: Path, before: str | None, after: str, replaced: tuple[str, ...]
) -> None:
    if before is not None:
        write_files(tmp_path, {".env.local": before.encode("utf-8", "surrogateescape")})
    change = plan_env_local(tmp_path, VARIABLES)
    carry_out(tmp_path, change)

    assert change.replaced == replaced
    assert (tmp_path / ".env.local").read_bytes() == after.encode("utf-8", "surrogateescape")


def test_a_diff_of_env_local_shows_no_line_that_stays(tmp_path: Path) -> None:
    write_files(tmp_path, {".env.local": "SECRET=s3cr3t\nA=1\nOTHER=t0k3n\n"})

    assert plan_env_local(tmp_path, VARIABLES).diff == "--- a/.env.local\n+++ b/.env.local\n@@ -3,0 +4 @@\n+B=2\n"


def test_a_new_env_local_is_its_owners_alone(tmp_path: Path) -> None:
    carry_out(tmp_path, plan_env_local(tmp_path, VARIABLES))

    assert (tmp_path / ".env.local").stat().st_mode & 0o777 == 0o600


def test_the_variables_are_those_of_the_usual_guide() -> None:
    assert local_variables("qwen3-coder:30b", 11434) == {
        "AI_PROVIDER": "local",
        "OLLAMA_ENDPOINT": "http://127.0.0.1:11434",
        "CLAUDE_CODE_MODEL": "ollama/qwen3-coder:30b",
        "OLLAMA_KEEP_ALIVE": "24h",
        "CLAUDE_PROJECT_ROOT": "./",
        "CLAUDE_CONTEXT_FILE": "CLAUDE.md",
    }
    assert "CLAUDE_CODE_MODEL" not in local_variables("", 1)


@pytest.mark.parametrize("has_gpu", [True, False])
def test_compose_binds_to_loopback_alone(tmp_path: Path, has_gpu: bool) -> None:  # noqa: FBT001 - a parameter of the test
    text = plan_compose(tmp_path, 12345, has_gpu=has_gpu).after

    assert [line.strip() for line in text.splitlines() if ":11434" in line] == ['- "127.0.0.1:12345:11434"']
    assert ("driver: nvidia" in text) is has_gpu
    assert text.count("ollama:/root/.ollama") == 1


def test_a_compose_file_that_somebody_changed_counts_as_replaced(tmp_path: Path) -> None:
    carry_out(tmp_path, plan_compose(tmp_path, 1, has_gpu=False))
    same = plan_compose(tmp_path, 1, has_gpu=False)
    (tmp_path / "compose.ollama.yaml").write_text("mine\n")

    assert (same.is_needed, same.replaced) == (False, ())
    assert plan_compose(tmp_path, 1, has_gpu=False).replaced == ("compose.ollama.yaml",)


def test_a_link_out_of_the_workspace_is_neither_read_nor_written(tmp_path: Path) -> None:
    root = write_files(tmp_path / "root", {"a": ""})
    (tmp_path / "outside").write_text("theirs")
    (root / ".env.local").symlink_to(tmp_path / "outside")

    with pytest.raises(ManifestRefused):
        plan_env_local(root, VARIABLES)
    with pytest.raises(ManifestRefused):
        carry_out(root, FileChange(".env.local", None, "x"))
    assert (tmp_path / "outside").read_text() == "theirs"
