"""What the bridge would write: the files as they would be, and which values would go."""

import json
from pathlib import Path

import pytest

from holdfast.bridge.editor_settings import KEY, plan_editor_settings
from holdfast.bridge.file_change import FileChange, carry_out
from holdfast.bridge.local_files import local_variables, plan_compose, plan_env_local, why_no_compose
from holdfast.errors import SettingsError, StorageError
from holdfast.inference.endpoint import parse_endpoint
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
        (f'{{"{KEY}": [{{"name": "A", "value": "0"}}, {{"name": "A", "value": "1"}}]}}', {KEY: LISTED}, ("A",)),
        (f'{{"{KEY}": [{{"name": "A", "value": "1", "note": "mine"}}]}}', {KEY: LISTED}, ("A",)),
        ('{"a": 0.5, "b": -3}', {"a": 0.5, "b": -3, KEY: LISTED}, ()),
    ],
    ids=["no file", "an empty file", "other settings", "other variables, and another value", "a part", "one name twice", "more than a value", "numbers"],
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
    [
        '{\n  // mine\n  "a": 1\n}', "[]", '{"a"', f'{{"{KEY}": "x"}}', f'{{"{KEY}": ["x"]}}', "[" * 5_000,
        '{"a": 1, "a": 2}', '{"x": {"a": 1, "a": 2}}', '{"a": 1.50}', '{"a": 1e3}', '{"a": -0}', '{"a": NaN}',
        f'{{"{KEY}": [{{"name": []}}]}}', f'{{"{KEY}": [{{"value": "x"}}]}}', '{"a": "caf\udce9"}',
    ],
    ids=[
        "comments", "a list", "torn", "no list", "no pairs", "nested without end", "a name twice", "a name twice inside",
        "a fraction spelled otherwise", "an exponent", "minus nought", "no number", "a name that is none", "no name", "not UTF-8",
    ],
)  # fmt: skip
def test_settings_that_cannot_be_written_anew_without_loss_are_refused(tmp_path: Path, text: str) -> None:
    write_files(tmp_path, {".vscode/settings.json": text.encode("utf-8", "surrogateescape")})

    with pytest.raises(SettingsError, match="Nothing was written"):
        plan_editor_settings(tmp_path, VARIABLES)


def test_line_ends_of_settings_and_halves_of_characters_stay(tmp_path: Path) -> None:
    write_files(tmp_path, {".vscode/settings.json": '{\r\n  "a": "\\ud83d",\r\n  "b": "é"\r\n}\r\n'})
    carry_out(tmp_path, plan_editor_settings(tmp_path, VARIABLES))
    written = (tmp_path / ".vscode/settings.json").read_bytes()

    assert json.loads(written) == {"a": "\ud83d", "b": "é", KEY: LISTED}
    assert written.count(b"\r\n") == written.count(b"\n") > 3


def test_a_secret_beside_the_change_is_masked_and_no_more(tmp_path: Path) -> None:
    write_files(tmp_path, {".vscode/settings.json": '{\n  "a.token": "sk-live",\n  "b": "seen"\n}\n'})

    assert plan_editor_settings(tmp_path, {"MY_KEY": "local"}).diff == (
        "--- a/.vscode/settings.json\n+++ b/.vscode/settings.json\n@@ -1,4 +1,10 @@\n"
        ' {\n   "a.token": "********",\n-  "b": "seen"\n+  "b": "seen",\n'
        f'+  "{KEY}": [\n+    {{\n+      "name": "MY_KEY",\n+      "value": "********"\n+    }}\n+  ]\n }}\n'
    )


def test_a_file_where_the_folder_should_be_is_an_error_in_words(tmp_path: Path) -> None:
    write_files(tmp_path, {".vscode": "mine"})
    change = plan_editor_settings(tmp_path, VARIABLES)

    with pytest.raises(StorageError, match=r"settings\.json cannot be written: .*\. Its folder must be a folder"):
        carry_out(tmp_path, change)
    assert (tmp_path / ".vscode").read_text() == "mine"


@pytest.mark.parametrize(
    "entry",
    [
        '{"name": "MY_API_KEY", "value": "sk-live"}',
        '{"value": "sk-live", "name": "my_token"}',
        '{\n      "name": "DB_PASSWORD",\n      "note": "x",\n      "value": "sk-live"\n    }',
    ],
    ids=["a key", "value first", "over lines"],
)
def test_the_diff_of_settings_shows_no_secret(tmp_path: Path, entry: str) -> None:
    text = f'{{\n  "a.secret": "sk-live",\n  "{KEY}": [\n    {entry}\n  ]\n}}\n'
    write_files(tmp_path, {".vscode/settings.json": text})
    change = plan_editor_settings(tmp_path, {"MY_API_KEY": "local", "URL": "http://x"})

    assert "sk-live" not in change.diff
    assert '+      "value": "http://x"' in change.diff


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
        ("export A=9\n", "export A=1\nB=2\n", ("A",)),
        ("A=9  # mine\nB='8' # too\r\n", "A=1  # mine\nB=2 # too\r\n", ("A", "B")),
        ("A=1 # as it is\nB=2\n", "A=1 # as it is\nB=2\n", ()),
        ("X=0\rA=9\rB=2\r", "X=0\rA=1\rB=2\r", ("A",)),
    ],
    ids=[
        "no file",
        "others",
        "line ends, quotes and comments",
        "another value",
        "twice",
        "all there",
        "another encoding",
        "exported",
        "comments behind values",
        "comments alone",
        "CR",
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


@pytest.mark.parametrize(
    "text",
    ["A=9\nSTRIPE_KEY=sk_live", "A=9\rSTRIPE_KEY=sk_live\r", "STRIPE=sk_live\x0cx\nA=1", "A=9\nSTRIPE=sk_live\n" * 300],
    ids=["no line end at the end", "CR", "separators that are no line ends", "many lines alike"],
)
def test_no_line_that_stays_is_shown_whatever_ends_it(tmp_path: Path, text: str) -> None:
    write_files(tmp_path, {".env.local": text})
    change = plan_env_local(tmp_path, VARIABLES)

    assert change.is_needed
    assert "sk_live" not in change.diff
    assert "+B=2" in change.diff


@pytest.mark.parametrize("text", ['A="one\ntwo"\n', "KEY='sk\nA=1\n'\n"], ids=["a value of ours", "another value"])
def test_a_quote_that_is_open_over_lines_is_refused_with_its_line(tmp_path: Path, text: str) -> None:
    write_files(tmp_path, {".env.local": text})

    with pytest.raises(SettingsError, match=r"Line 1 of \.env\.local opens a quote"):
        plan_env_local(tmp_path, VARIABLES)


@pytest.mark.parametrize("value", ["x\nNODE_OPTIONS=--require=evil", "x\r", "\x1b[2J", "x\u2028y"])
def test_a_value_of_more_than_a_line_is_refused(tmp_path: Path, value: str) -> None:
    with pytest.raises(SettingsError, match="The value for MODEL holds a control character"):
        plan_env_local(tmp_path, {"MODEL": value})


def test_a_new_env_local_is_its_owners_alone(tmp_path: Path) -> None:
    carry_out(tmp_path, plan_env_local(tmp_path, VARIABLES))

    assert (tmp_path / ".env.local").stat().st_mode & 0o777 == 0o600


def test_the_variables_are_those_of_the_usual_guide() -> None:
    assert local_variables("qwen3-coder:30b", "https://[::1]:8443/ollama") == {
        "AI_PROVIDER": "local",
        "OLLAMA_ENDPOINT": "https://[::1]:8443/ollama",
        "CLAUDE_CODE_MODEL": "ollama/qwen3-coder:30b",
        "OLLAMA_KEEP_ALIVE": "24h",
        "CLAUDE_PROJECT_ROOT": "./",
        "CLAUDE_CONTEXT_FILE": "CLAUDE.md",
    }
    assert "CLAUDE_CODE_MODEL" not in local_variables("", "http://localhost:1")


@pytest.mark.parametrize(
    ("endpoint", "expected"),
    [
        ("http://localhost:11434", None),
        ("https://localhost", "compose.ollama.yaml is left out: https://localhost:443 is https, and the container speaks http alone."),
        ("http://localhost:1/x", "compose.ollama.yaml is left out: http://localhost:1/x has a path, and the container's server has none."),
    ],
    ids=["the same", "https", "a path"],
)  # fmt: skip
def test_a_compose_file_for_another_server_than_the_one_that_is_set_is_left_out(
    endpoint: str, expected: str | None
) -> None:
    assert why_no_compose(parse_endpoint(endpoint)) == expected


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
