from pathlib import Path

import pytest

from holdfast.errors import StorageError
from holdfast.sessions.importers.consent import Consents


def test_nothing_is_allowed_until_it_was_said(tmp_path: Path) -> None:
    consents = Consents(tmp_path / "data")

    assert not consents.has("claude-code")
    consents.give(["claude-code", "codex"])
    consents.withdraw("codex")

    assert (consents.has("claude-code"), consents.has("codex"), Consents(tmp_path / "data").has("claude-code")) == (
        True,
        False,
        True,
    )
    assert consents.path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("text", ["{", "[]", '{"claude-code": 1}', "\xff"])
def test_a_damaged_file_allows_nothing(tmp_path: Path, text: str) -> None:
    consents = Consents(tmp_path)
    consents.path.write_bytes(text.encode("latin-1"))

    assert not consents.has("claude-code")
    consents.give(["claude-code"])
    assert consents.has("claude-code")


def test_a_damaged_file_is_told_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    consents = Consents(tmp_path)
    consents.path.write_text("{")

    assert (consents.has("codex"), consents.has("codex")) == (False, False)
    assert [said.getMessage() for said in caplog.records] == [
        f"{consents.path} cannot be read, so nothing is imported unasked: ValidationError."
    ]


def test_where_it_cannot_be_kept_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file in its place")

    with pytest.raises(StorageError):
        Consents(tmp_path / "data").give(["codex"])
