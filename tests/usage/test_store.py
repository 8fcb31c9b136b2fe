import sqlite3
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from holdfast.errors import DiskFull, StorageError
from holdfast.spending import Spending
from holdfast.sqlite.connection import open_for_writing
from holdfast.usage.daily_sum import DailySum, Ledger, sum_of
from holdfast.usage.store import UsageStore

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
OLLAMA = "http://127.0.0.1:11434"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "usage.db"


def spent(
    day: date = MONDAY, *, prompt: int = 100, answer: int = 10, model: str = "m", fallback: bool = False
) -> DailySum:
    return sum_of(Spending(OLLAMA, model, "completion", prompt, answer, is_fallback=fallback), day)


def rows(path: Path) -> list[tuple[str, str, bool, int, int, int]]:
    return [
        (
            daily.account.day.isoformat(),
            daily.account.model,
            daily.account.is_fallback,
            daily.requests,
            daily.prompt_tokens,
            daily.generated_tokens,
        )
        for daily in UsageStore(path).since(date.min)
    ]


def test_sums_grow_by_day_model_and_whether_a_fallback_answered(path: Path) -> None:
    store = UsageStore(path)
    store.add([spent(), spent(model="n"), spent(TUESDAY, fallback=True)])
    store.add([spent(prompt=1, answer=2), spent(TUESDAY)])
    store.close()

    assert rows(path) == [
        ("2026-11-24", "m", False, 1, 100, 10),
        ("2026-11-24", "m", True, 1, 100, 10),
        ("2026-11-23", "m", False, 2, 101, 12),
        ("2026-11-23", "n", False, 1, 100, 10),
    ]
    assert [UsageStore(path).tokens_of(day) for day in (MONDAY, TUESDAY, date(2026, 11, 25))] == [223, 220, 0]
    assert [daily.account.day for daily in UsageStore(path).since(TUESDAY)] == [TUESDAY, TUESDAY]


def test_where_nothing_was_written_nothing_is_made(path: Path) -> None:
    assert (UsageStore(path).tokens_of(MONDAY), UsageStore(path).since(MONDAY)) == (0, ())
    assert not path.parent.exists()


def test_the_file_is_for_its_owner_alone(path: Path) -> None:
    store = UsageStore(path)
    store.add([spent()])
    store.close()

    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_full_disk_adds_nothing_and_the_same_sums_fit_later(path: Path) -> None:
    full = [True]

    def connect(path: Path) -> sqlite3.Connection:
        connection = open_for_writing(path)
        if full[0]:
            connection.execute("PRAGMA max_page_count = 1")
        return connection

    store = UsageStore(path, connect)
    with pytest.raises(DiskFull):
        store.add([spent()])
    full[0] = False
    store.add([spent()])
    store.close()

    assert rows(path) == [("2026-11-23", "m", False, 1, 100, 10)]


def test_a_database_deleted_meanwhile_is_begun_anew(path: Path) -> None:
    store = UsageStore(path)
    store.add([spent()])
    for file in path.parent.iterdir():
        file.unlink()
    store.add([spent(prompt=7)])
    store.close()

    assert rows(path) == [("2026-11-23", "m", False, 1, 7, 10)]


@pytest.mark.parametrize("content", [b"", b"not a database at all, but text" * 100], ids=["empty", "text"])
def test_what_is_no_database_is_refused_or_begun(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    if content:
        with pytest.raises(StorageError):
            UsageStore(path).tokens_of(MONDAY)
    else:
        assert UsageStore(path).tokens_of(MONDAY) == 0


def test_a_database_of_a_newer_holdfast_is_left_alone(path: Path) -> None:
    store = UsageStore(path)
    store.add([spent()])
    store.close()
    connection = open_for_writing(path)
    connection.execute("INSERT INTO migration VALUES ('2099-01-01 of tomorrow', '')")
    connection.close()

    for ask in (lambda: UsageStore(path).tokens_of(MONDAY), lambda: UsageStore(path).add([spent()])):
        with pytest.raises(StorageError, match="newer"):
            ask()


WRITER = """
import sys
from datetime import date
from pathlib import Path
from holdfast.spending import Spending
from holdfast.usage.daily_sum import sum_of
from holdfast.usage.store import UsageStore

store = UsageStore(Path(sys.argv[1]))
for number in range(int(sys.argv[2])):
    store.add([sum_of(Spending("s", "m", "completion", 1, 0), date(2026, 11, 23))])
    print(number + 1, flush=True)
"""


def test_several_windows_add_at_once(path: Path) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(path), "40"], stdout=subprocess.DEVNULL) for _ in "abc"
    ]

    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    assert UsageStore(path).tokens_of(MONDAY) == 120


def test_what_was_added_survives_a_kill(path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", WRITER, str(path), "1000000"], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        acknowledged = [int(writer.stdout.readline()) for _ in range(50)][-1]
        writer.kill()
        acknowledged = max([acknowledged, *(int(line) for line in writer.stdout if line.endswith(b"\n"))])

    # The one that was being added when it was killed may be there, or not.
    assert UsageStore(path).tokens_of(MONDAY) - acknowledged in {0, 1}


def test_a_ledger_keeps_one_sum_for_each_account() -> None:
    ledger = Ledger()
    ledger.add([spent(), spent(), spent(TUESDAY)])

    assert (bool(ledger), ledger.tokens_of(MONDAY)) == (True, 220)
    assert [(daily.account.day, daily.requests, daily.tokens) for daily in ledger.take()] == [
        (MONDAY, 2, 220),
        (TUESDAY, 1, 110),
    ]
    assert (bool(ledger), ledger.tokens_of(MONDAY)) == (False, 0)
