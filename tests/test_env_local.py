import os
from pathlib import Path

import pytest

from holdfast.env_local import read_env_local, resolve_for


def write(root: Path, content: bytes) -> Path:
    (root / ".env.local").write_bytes(content)
    return root


@pytest.mark.parametrize(
    ("content", "values"),
    [
        pytest.param(b"HOLDFAST_MODEL=a\n", {"HOLDFAST_MODEL": "a"}, id="plain"),
        pytest.param(b'export HOLDFAST_MODEL="a b" # why\r\n', {"HOLDFAST_MODEL": "a b"}, id="export-quotes-crlf"),
        pytest.param(b"\xef\xbb\xbfHOLDFAST_MODEL=a\n", {"HOLDFAST_MODEL": "a"}, id="byte-order-mark"),
        pytest.param(b"A=$HOME\n", {"A": "$HOME"}, id="nothing-is-interpolated"),
        pytest.param(b"NAME\n", {}, id="a-name-alone"),
        pytest.param(b"", {}, id="empty"),
        pytest.param(b"A=\xff\xfe\n", {}, id="invalid-utf-8"),
        pytest.param(b"A=1\n" * 20_000, {}, id="too-large"),
    ],
)
def test_reading(tmp_path: Path, content: bytes, values: dict[str, str]) -> None:
    assert read_env_local(write(tmp_path, content)) == values


def test_no_file_and_no_folder(tmp_path: Path) -> None:
    (tmp_path / "folder" / ".env.local").mkdir(parents=True)

    assert [read_env_local(root) for root in (None, tmp_path, tmp_path / "gone", tmp_path / "folder")] == [{}] * 4


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / ".env.local")

    assert read_env_local(tmp_path) == {}


@pytest.mark.parametrize(("trusted", "model"), [(True, "from-file"), (False, "auto")])
def test_it_counts_in_a_trusted_workspace_only(tmp_path: Path, *, trusted: bool, model: str) -> None:
    write(tmp_path, b"HOLDFAST_MODEL=from-file\n")

    assert resolve_for(tmp_path, trusted=trusted).settings.model == model


def test_the_process_environment_ranks_above_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, b"HOLDFAST_MODEL=from-file\nOLLAMA_KEEP_ALIVE=1h\n")
    monkeypatch.setenv("CLAUDE_CODE_MODEL", "ollama/from-environment")

    settings = resolve_for(tmp_path, trusted=True).settings

    assert (settings.model, settings.keep_alive) == ("from-environment", "1h")
