import errno
import os
import random
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

import killed_writer
from holdfast.errors import DiskFull, StorageError
from holdfast.manifest.writing.refusal import ManifestRefused
from holdfast.manifest.writing.replace_file import create_file, read_file, replace_file


@pytest.fixture
def file(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    root.mkdir()
    place = root / "CLAUDE.md"
    place.write_bytes(b"old")
    return place


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_content_is_another_and_the_mode_stays(file: Path) -> None:
    file.chmod(0o640)
    replace_file(file.parent, file, b"new", expected=b"old")

    assert file.read_bytes() == b"new"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert names(file.parent) == ["CLAUDE.md"]


def test_what_somebody_else_wrote_meanwhile_stays(file: Path) -> None:
    with pytest.raises(ManifestRefused, match="was changed meanwhile"):
        replace_file(file.parent, file, b"new", expected=b"older")

    assert file.read_bytes() == b"old"
    assert names(file.parent) == ["CLAUDE.md"]


def test_a_link_inside_the_workspace_is_followed_and_stays_a_link(file: Path) -> None:
    link = file.parent / "LINK.md"
    link.symlink_to("CLAUDE.md")
    replace_file(file.parent, link, b"new", expected=b"old")

    assert link.is_symlink()
    assert file.read_bytes() == b"new"


@pytest.mark.parametrize(
    "target", ["../outside.md", "LOOP.md", "../gone/x.md"], ids=["outside", "a loop", "outside and gone"]
)
def test_a_link_that_leads_elsewhere_is_refused(file: Path, target: str) -> None:
    outside = file.parent.parent / "outside.md"
    outside.write_bytes(b"old")
    link = file.parent / "LOOP.md"
    link.symlink_to(target)

    for attempt in (
        lambda: replace_file(file.parent, link, b"new", expected=b"old"),
        lambda: read_file(file.parent, link),
    ):
        with pytest.raises(ManifestRefused):
            attempt()
    assert outside.read_bytes() == b"old"


def test_a_folder_of_that_name_is_refused(file: Path) -> None:
    file.unlink()
    file.mkdir()

    for attempt in (
        lambda: replace_file(file.parent, file, b"new", expected=b""),
        lambda: read_file(file.parent, file),
    ):
        with pytest.raises(ManifestRefused, match="is not a file"):
            attempt()


def test_a_full_disk_leaves_the_old_file_and_says_so(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFull, match="Free some space"):
        replace_file(file.parent, file, b"new", expected=b"old")

    assert file.read_bytes() == b"old"
    assert names(file.parent) == ["CLAUDE.md"]


def test_a_file_of_over_1_mb_is_not_read(file: Path) -> None:
    file.write_bytes(b"x" * (1 << 20))
    whole = read_file(file.parent, file)
    file.write_bytes(b"x" * ((1 << 20) + 1))

    assert len(whole) == 1 << 20
    with pytest.raises(ManifestRefused, match=r"CLAUDE\.md is larger than 1 MB"):
        read_file(file.parent, file)


def test_a_missing_file_is_an_error_in_words(file: Path) -> None:
    file.unlink()

    with pytest.raises(StorageError, match=r"CLAUDE\.md cannot be read: No such file or directory"):
        read_file(file.parent, file)


def test_a_new_file_is_written_whole_and_never_over_another(file: Path) -> None:
    new = file.parent / "NEW.md"
    create_file(file.parent, new, b"new")
    for taken in (new, file):
        with pytest.raises(ManifestRefused, match="is there already"):
            create_file(file.parent, taken, b"newer")

    assert (new.read_bytes(), file.read_bytes()) == (b"new", b"old")
    assert names(file.parent) == ["CLAUDE.md", "NEW.md"]


def test_a_link_that_leads_nowhere_is_not_written_through(file: Path) -> None:
    link = file.parent / "LINK.md"
    link.symlink_to("gone.md")

    with pytest.raises(ManifestRefused, match="is there already"):
        create_file(file.parent, link, b"new")
    assert not (file.parent / "gone.md").exists()


def test_what_a_killed_writer_left_behind_is_taken_away_after_a_while(file: Path) -> None:
    left, fresh = file.parent / ".holdfast-writing-a", file.parent / ".holdfast-writing-b"
    for place in (left, fresh):
        place.write_bytes(b"half")
    hour_ago = time.time() - 3_600
    os.utime(left, (hour_ago, hour_ago))
    replace_file(file.parent, file, b"new", expected=b"old")

    assert names(file.parent) == [".holdfast-writing-b", "CLAUDE.md"]


def test_killed_at_each_of_its_lines_the_file_is_old_or_new(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, killed_writer.__file__, "lines", str(tmp_path)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    seen = ran.stdout.split()
    turned = seen.index("new")

    assert set(seen[:turned]) == {"old"}
    assert set(seen[turned:]) == {"new"}
    assert turned > 20


def test_killed_at_any_moment_the_file_is_old_or_new(tmp_path: Path) -> None:
    file = tmp_path / "CLAUDE.md"
    file.write_bytes(killed_writer.OLD)
    moments = random.Random(5)
    for _ in range(8):
        before = file.stat().st_ino
        with subprocess.Popen(
            [sys.executable, killed_writer.__file__, "forever", str(tmp_path)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        ) as writer:
            while file.stat().st_ino == before:  # until it writes
                time.sleep(0.001)
            time.sleep(moments.random() * 0.02)
            writer.kill()
        assert file.read_bytes() in {killed_writer.OLD, killed_writer.NEW}
