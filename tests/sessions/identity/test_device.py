import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from holdfast.errors import StorageError
from holdfast.sessions.identity.device import load_device
from holdfast.sessions.identity.machine import machine_fingerprint

LOADER = """
import sys
from pathlib import Path
from holdfast.sessions.identity.device import load_device
print(load_device(Path(sys.argv[1])).id)
"""


def test_a_device_stays_the_same_from_start_to_start(tmp_path: Path) -> None:
    assert load_device(tmp_path) == load_device(tmp_path)


def test_a_copied_data_directory_is_another_device_and_the_first_stays_itself(tmp_path: Path) -> None:
    first = load_device(tmp_path / "data", "a" * 32)
    shutil.copytree(tmp_path / "data", tmp_path / "copy")

    copied = load_device(tmp_path / "copy", "b" * 32)

    assert copied.id != first.id
    assert copied.secret != first.secret
    assert load_device(tmp_path / "copy", "b" * 32) == copied
    assert load_device(tmp_path / "copy", "a" * 32) == first


def test_its_file_is_for_its_owner_alone_even_after_a_careless_copy(tmp_path: Path) -> None:
    load_device(tmp_path, "a" * 32)
    path = tmp_path / "devices" / f"{'a' * 32}.json"
    fresh = stat.S_IMODE(path.stat().st_mode)
    path.chmod(0o644)

    load_device(tmp_path, "a" * 32)

    assert (fresh, stat.S_IMODE(path.stat().st_mode)) == (0o600, 0o600)
    assert [found.name for found in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param('{"id": "00', id="torn"),
        pytest.param('{"id": "../x", "secret": "", "fingerprint": "a"}', id="other things in it"),
    ],
)
def test_a_device_file_that_cannot_be_understood_is_an_error_with_its_remedy(tmp_path: Path, text: str) -> None:
    path = tmp_path / "devices" / "a.json"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")

    with pytest.raises(StorageError) as refused:
        load_device(tmp_path, "a")

    assert refused.value.remedy == "Delete it: this machine becomes a new device, and what is recorded stays."
    assert path.read_text(encoding="utf-8") == text


def test_processes_that_start_at_once_are_one_device(tmp_path: Path) -> None:
    loaders = [
        subprocess.Popen([sys.executable, "-c", LOADER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    ids = {loader.communicate(timeout=60)[0] for loader in loaders}

    assert ids == {load_device(tmp_path).id + "\n"}


def test_the_hash_of_a_text_is_the_same_on_this_device_and_another_elsewhere(tmp_path: Path) -> None:
    here, there = load_device(tmp_path, "a"), load_device(tmp_path, "b")

    assert here.hash_text("return x") == here.hash_text("return x")
    assert here.hash_text("return x") != here.hash_text("return y")
    assert here.hash_text("return x") != there.hash_text("return x")


def test_the_secret_is_not_shown_when_a_device_is_printed(tmp_path: Path) -> None:
    device = load_device(tmp_path)

    assert repr(device) == f"Device(id='{device.id}')"


def test_the_fingerprint_of_a_machine_is_the_same_in_every_process() -> None:
    program = "from holdfast.sessions.identity.machine import machine_fingerprint; print(machine_fingerprint())"
    elsewhere = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert elsewhere.stdout == machine_fingerprint() + "\n"
