"""A folder that a sync tool carries: what it leaves behind, and what may happen to it."""

import errno
import os
import subprocess
from pathlib import Path

import pytest

from holdfast.sharing.folder import MARKER, Folder, prepare_folder
from holdfast.sharing.transport import LARGEST_FILE, TransportError

DEVICE = f"v1/devices/{'a' * 32}.json"
SEGMENT = f"v1/series/{'e' * 32}/0-9.{'0' * 32}.seg"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return prepare_folder(tmp_path / "shared")


def test_what_is_written_is_there_and_what_is_taken_away_is_not(folder: Folder, tmp_path: Path) -> None:
    folder.write({DEVICE: b"{}", SEGMENT: b"sealed"})
    there = (folder.names(), folder.names("v1/series/"), folder.read(SEGMENT))
    folder.write({}, [SEGMENT, f"v1/series/{'d' * 32}/0-0.{'0' * 32}.seg"])

    assert there == ([DEVICE, SEGMENT], [SEGMENT], b"sealed")
    assert folder.names() == [DEVICE]
    assert sorted(path.name for path in (tmp_path / "shared").rglob("*")) == [
        "a" * 32 + ".json",
        "devices",
        MARKER,
        "series",
        "v1",
    ]


def test_the_stamp_of_a_file_changes_with_its_bytes(folder: Folder) -> None:
    folder.write({DEVICE: b"{}"})
    before = folder.stamps()
    folder.write({DEVICE: b'{"later": true}'})

    assert before.keys() == folder.stamps().keys()
    assert before != folder.stamps()


@pytest.mark.parametrize(
    "left",
    [
        f"0-9.{'0' * 32}.sync-conflict-20261121-101010-ABCDEFG.seg",
        f"0-9.{'0' * 32} (conflicted copy).seg",
        f"0-9.{'0' * 32} (1).seg",
        f".0-9.{'0' * 32}.seg.icloud",
        f".syncthing.0-9.{'0' * 32}.seg.tmp",
        f"~syncthing~0-9.{'0' * 32}.seg",
        f"0-9.{'0' * 32}.seg.part",
        f".holdfast-{'0' * 16}.tmp",
        "\udcff.seg",
        "a\nb.seg",
    ],
)
def test_what_sync_tools_leave_behind_is_passed_over(folder: Folder, tmp_path: Path, left: str) -> None:
    folder.write({SEGMENT: b"sealed"})
    (tmp_path / "shared" / SEGMENT).with_name(left).write_bytes(b"something")

    assert folder.names() == [SEGMENT]


def test_an_empty_file_has_not_come_yet(folder: Folder, tmp_path: Path) -> None:
    folder.write({SEGMENT: b"sealed"})
    (tmp_path / "shared" / SEGMENT).write_bytes(b"")

    assert folder.names() == []
    with pytest.raises(TransportError) as refused:
        folder.read(SEGMENT)
    assert refused.value.is_transient


@pytest.mark.parametrize("kind", ["link", "pipe", "folder", "linked folder"])
def test_what_is_no_plain_file_is_not_read(folder: Folder, tmp_path: Path, kind: str) -> None:
    secret = tmp_path / "secret"
    place = tmp_path / "shared" / SEGMENT
    place.parent.mkdir(parents=True)
    match kind:
        case "link":
            secret.write_text("mine")
            place.symlink_to(secret)
        case "pipe":
            os.mkfifo(place)
        case "folder":
            place.mkdir()
        case _:
            place.parent.rmdir()
            secret.mkdir()
            (secret / place.name).write_text("mine")
            place.parent.symlink_to(secret)

    assert folder.names() == []
    if kind != "linked folder":
        with pytest.raises(TransportError):
            folder.read(SEGMENT)
    else:
        with pytest.raises(TransportError, match="leads out"):
            folder.write({SEGMENT: b"sealed"})


@pytest.mark.parametrize(
    "name", ["../outside.seg", "v1/../../outside.seg", "/etc/passwd", "v1//x.seg", "v2/a/b.seg", "v1/a\n.seg"]
)
def test_no_name_leads_out_of_the_folder(folder: Folder, name: str) -> None:
    with pytest.raises(TransportError):
        folder.write({name: b"x"})
    with pytest.raises(TransportError):
        folder.read(name)


def test_a_huge_file_is_not_read(folder: Folder, tmp_path: Path) -> None:
    folder.write({SEGMENT: b"sealed"})
    with (tmp_path / "shared" / SEGMENT).open("r+b") as file:
        file.truncate(LARGEST_FILE + 1)

    with pytest.raises(TransportError, match="larger than any"):
        folder.read(SEGMENT)


def test_a_folder_with_other_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").write_bytes(b"cat")

    with pytest.raises(TransportError, match=r"something else in it \(such as cat.jpg\)"):
        prepare_folder(tmp_path / "photos")
    assert [path.name for path in (tmp_path / "photos").iterdir()] == ["cat.jpg"]


def test_a_folder_that_another_machine_set_up_is_joined(tmp_path: Path) -> None:
    prepare_folder(tmp_path / "shared").write({DEVICE: b"{}"})

    assert prepare_folder(tmp_path / "shared").names() == [DEVICE]


def test_a_folder_whose_marker_has_not_come_yet_is_not_taken_over(tmp_path: Path) -> None:
    prepare_folder(tmp_path / "shared").write({DEVICE: b"{}"})
    (tmp_path / "shared" / MARKER).unlink()

    with pytest.raises(TransportError, match=MARKER):
        prepare_folder(tmp_path / "shared")


def test_a_folder_inside_a_repository_is_refused_unless_wanted(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path / "code")], check=True)

    with pytest.raises(TransportError, match="lies in the git repository"):
        prepare_folder(tmp_path / "code" / "shared")
    assert not (tmp_path / "code" / "shared").exists()
    assert prepare_folder(tmp_path / "code" / "shared", inside_repository=True).names() == []


@pytest.mark.parametrize("gone", ["the folder", "its marker"])
def test_a_disk_that_is_not_mounted_is_not_written_to(folder: Folder, tmp_path: Path, gone: str) -> None:
    folder.write({DEVICE: b"{}"})
    (tmp_path / "shared").rename(tmp_path / "elsewhere")
    if gone == "its marker":
        (tmp_path / "shared").mkdir()

    with pytest.raises(TransportError) as refused:
        folder.refresh()
    assert refused.value.is_transient
    assert "mount" in refused.value.remedy.lower()


def test_a_folder_that_cannot_be_written_says_so(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> int:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr("holdfast.sharing.folder.os.open", refuse)
    with pytest.raises(TransportError, match="Read-only"):
        folder.write({SEGMENT: b"sealed"})


def test_a_full_disk_leaves_no_half_file(folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr("holdfast.sharing.folder.os.fsync", full)
        with pytest.raises(TransportError, match="No space left") as refused:
            folder.write({SEGMENT: b"sealed"})

    assert refused.value.is_transient
    assert [path for path in (tmp_path / "shared" / "v1").rglob("*") if path.is_file()] == []


def test_what_a_killed_process_left_an_hour_ago_is_cleared(folder: Folder, tmp_path: Path) -> None:
    folder.write({SEGMENT: b"sealed"})
    series = (tmp_path / "shared" / SEGMENT).parent
    old, new = series / ".holdfast-0.tmp", series / ".holdfast-1.tmp"
    old.write_bytes(b"half")
    new.write_bytes(b"half")
    os.utime(old, (1_000_000_000, 1_000_000_000))
    folder.write({DEVICE: b"{}"})

    assert (old.exists(), new.exists()) == (False, True)


@pytest.mark.parametrize("left", [True, False], ids=["its empty mount point is left", "nothing is left"])
def test_a_disk_that_goes_away_in_the_middle_is_not_written_beside(
    folder: Folder,
    tmp_path: Path,
    left: bool,  # noqa: FBT001 - a parameter
) -> None:
    folder.refresh()
    (tmp_path / "shared").rename(tmp_path / "unplugged")
    if left:
        (tmp_path / "shared").mkdir()
    with pytest.raises(TransportError) as refused:
        folder.write({SEGMENT: b"sealed"})

    assert refused.value.is_transient
    assert (tmp_path / "shared").exists() == left
    assert not left or list((tmp_path / "shared").iterdir()) == []
