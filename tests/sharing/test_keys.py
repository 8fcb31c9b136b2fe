import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from holdfast.errors import StorageError
from holdfast.sharing.device_keys import new_keys, read_keys
from holdfast.sharing.errors import KeysMissing, WrongKeys
from holdfast.sharing.key_files import load_device_keys, renew_device_keys
from holdfast.sharing.private_file import read_private

HERE, THERE = "a" * 32, "b" * 32
LOADER = """
import sys
from pathlib import Path
from holdfast.sharing.key_files import load_device_keys
print(load_device_keys(Path(sys.argv[1])).fingerprint)
"""


def key_file(data: Path) -> Path:
    [path] = (data / "keys").glob("*.key")
    return path


def test_the_keys_of_a_device_stay_the_same_and_are_for_its_owner_alone(tmp_path: Path) -> None:
    keys = load_device_keys(tmp_path, fingerprint=HERE)
    key_file(tmp_path).chmod(0o644)

    assert load_device_keys(tmp_path, fingerprint=HERE) == keys
    assert stat.S_IMODE(key_file(tmp_path).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_the_secrets_are_not_shown_when_keys_are_printed(tmp_path: Path) -> None:
    keys = load_device_keys(tmp_path, fingerprint=HERE)

    assert repr(keys) == f"DeviceKeys(dev='{keys.dev}', identity=AgeIdentity(), signing=SigningKey())"
    assert keys.identity.text in keys.secret_text()


def test_a_copied_data_directory_has_keys_of_its_own_on_the_other_machine(tmp_path: Path) -> None:
    keys = load_device_keys(tmp_path / "data", fingerprint=HERE)
    shutil.copytree(tmp_path / "data", tmp_path / "copy")

    copied = load_device_keys(tmp_path / "copy", fingerprint=THERE)

    assert (copied.dev != keys.dev, copied.fingerprint != keys.fingerprint) == (True, True)
    assert load_device_keys(tmp_path / "copy", fingerprint=HERE) == keys


def test_an_editor_keeps_the_keys_and_no_file_does(tmp_path: Path) -> None:
    made = load_device_keys(tmp_path, "", fingerprint=HERE)

    again = load_device_keys(tmp_path, made.secret_text(), fingerprint=HERE)

    assert again == made
    secrets = (made.identity.text, made.signing.seed.hex())
    texts = [path.read_text("utf-8") for path in tmp_path.rglob("*") if path.is_file()]
    assert [text for text in texts for secret in secrets if secret in text] == []
    with pytest.raises(KeysMissing, match="Where they are lost"):
        load_device_keys(tmp_path, fingerprint=HERE)


def test_an_editor_may_take_over_what_was_in_a_file(tmp_path: Path) -> None:
    keys = load_device_keys(tmp_path, fingerprint=HERE)

    assert load_device_keys(tmp_path, "", fingerprint=HERE) == keys


def test_lost_keys_are_told_and_not_made_anew_unasked(tmp_path: Path) -> None:
    keys = load_device_keys(tmp_path, fingerprint=HERE)
    key_file(tmp_path).unlink()

    with pytest.raises(KeysMissing, match="--new-keys"):
        load_device_keys(tmp_path, fingerprint=HERE)
    fresh = renew_device_keys(tmp_path, fingerprint=HERE)

    assert (fresh.dev, fresh.fingerprint != keys.fingerprint) == (keys.dev, True)
    assert load_device_keys(tmp_path, fingerprint=HERE) == fresh


def test_keys_that_are_renewed_are_kept_beside(tmp_path: Path) -> None:
    keys = load_device_keys(tmp_path, fingerprint=HERE)

    renew_device_keys(tmp_path, fingerprint=HERE)

    [old] = (tmp_path / "keys").glob("*.old")
    assert read_keys(old.read_text("utf-8")) == keys
    assert stat.S_IMODE(old.stat().st_mode) == 0o600


def test_other_keys_than_before_are_told_before_anything_moves(tmp_path: Path) -> None:
    keys = load_device_keys(tmp_path, fingerprint=HERE)
    key_file(tmp_path).write_text(new_keys(keys.dev).secret_text(), encoding="utf-8")

    with pytest.raises(WrongKeys, match="not the keys that this device had before"):
        load_device_keys(tmp_path, fingerprint=HERE)


def test_a_file_with_another_devices_keys_is_told(tmp_path: Path) -> None:
    load_device_keys(tmp_path, fingerprint=HERE)
    key_file(tmp_path).write_text(new_keys("c" * 32).secret_text(), encoding="utf-8")

    with pytest.raises(WrongKeys, match="are another device's"):
        load_device_keys(tmp_path, fingerprint=HERE)


@pytest.mark.parametrize(
    ("secret", "expected"),
    [
        pytest.param("AGE-SECRET-KEY-1QQQ", "cannot be understood", id="something else"),
        pytest.param(new_keys("c" * 32).secret_text(), "keys of another device", id="another device's"),
    ],
)
def test_wrong_keys_from_an_editor_are_told_without_repeating_them(tmp_path: Path, secret: str, expected: str) -> None:
    load_device_keys(tmp_path, "", fingerprint=HERE)

    with pytest.raises(WrongKeys, match=expected) as refused:
        load_device_keys(tmp_path, secret, fingerprint=HERE)

    assert secret[:20] not in f"{refused.value} {refused.value.__cause__}"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param('{"dev": "', id="torn"),
        pytest.param('{"dev": "../x", "age": "", "ed25519": ""}', id="other things in it"),
        pytest.param("x" * 5000, id="large"),
    ],
)
def test_a_key_file_that_cannot_be_understood_is_an_error_that_leaves_it(tmp_path: Path, text: str) -> None:
    load_device_keys(tmp_path, fingerprint=HERE)
    key_file(tmp_path).write_text(text, encoding="utf-8")

    with pytest.raises(StorageError):
        load_device_keys(tmp_path, fingerprint=HERE)

    assert key_file(tmp_path).read_text("utf-8") == text


def test_processes_that_start_at_once_have_the_same_keys(tmp_path: Path) -> None:
    loaders = [
        subprocess.Popen([sys.executable, "-c", LOADER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    found = {loader.communicate(timeout=60)[0] for loader in loaders}

    assert found == {load_device_keys(tmp_path).fingerprint + "\n"}


def test_of_two_windows_that_make_keys_at_once_one_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_before_the_other_wrote(path: Path, most: int) -> bytes | None:
        return None if path.suffix == ".pub" else read_private(path, most)

    first = load_device_keys(tmp_path, "")
    with monkeypatch.context() as patched:
        patched.setattr("holdfast.sharing.key_files.read_private", read_before_the_other_wrote)
        with pytest.raises(WrongKeys, match="Another process made"):
            load_device_keys(tmp_path, "")

    assert load_device_keys(tmp_path, first.secret_text()) == first
