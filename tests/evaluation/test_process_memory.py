import os
from pathlib import Path

import pytest

from holdfast.evaluation.process_memory import family_of, family_pss_bytes, pss_bytes


@pytest.fixture
def processes(tmp_path: Path) -> Path:
    """10 with 11 and 12; 11 with 13; 20 is a stranger's, and 12 has no size to show."""
    for pid, (parent, name, size) in {
        10: (1, "holdfast", 40_000),
        11: (10, "a (b) c", 3_000),
        12: (10, "python", None),
        13: (11, "python", 200),
        20: (1, "other", 9_000),
    }.items():
        folder = tmp_path / str(pid)
        folder.mkdir()
        (folder / "stat").write_text(f"{pid} ({name}) S {parent} 1 1 0")
        if size is not None:
            (folder / "smaps_rollup").write_text(f"55-7f ---p\nRss: 99999 kB\nPss: {size:12} kB\nPss_Anon: 1 kB\n")
    (tmp_path / "self").mkdir()
    return tmp_path


def test_a_family_is_a_process_and_all_that_descend_from_it(processes: Path) -> None:
    assert family_of(10, processes) == (10, 11, 12, 13)
    assert family_of(20, processes) == (20,)


def test_nobody_is_no_family(processes: Path) -> None:
    assert family_of(99, processes) == ()
    assert family_pss_bytes(99, processes) == {}


def test_sizes_are_bytes_where_the_system_says_them(processes: Path) -> None:
    assert family_pss_bytes(10, processes) == {10: 40_000 * 1024, 11: 3_000 * 1024, 13: 200 * 1024}
    assert pss_bytes(12, processes) is None


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").is_file(), reason="only Linux says it")
def test_a_real_process_weighs_more_than_a_megabyte() -> None:
    assert (pss_bytes(os.getpid()) or 0) > 1_000_000
