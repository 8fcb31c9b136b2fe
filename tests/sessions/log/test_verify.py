from pathlib import Path

import pytest

from holdfast.sessions.entries.entry import entry_id
from holdfast.sessions.log.store import SessionLog
from sessions_fixture import SESSION, entries_of, problems_in, tamper


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "sessions.db"
    log = SessionLog(path)
    log.add(entries_of(4))
    log.close()
    return path


def test_a_log_that_is_as_it_was_written_has_no_problems(path: Path) -> None:
    assert problems_in(path) == []


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        pytest.param(
            """UPDATE entry SET body = replace(body, '"n":1', '"n":7') WHERE seq = 1""",
            "entry 1: its text is not what its id was made from.",
            id="text changed",
        ),
        pytest.param(
            "UPDATE entry SET body = substr(body, 1, 40) WHERE seq = 1", "entry 1: its text is no entry.", id="torn"
        ),
        pytest.param(
            "UPDATE entry SET body = replace(body, ',', ', ') WHERE seq = 1",
            "entry 1: its text is not in canonical form.",
            id="written anew",
        ),
        pytest.param(
            "UPDATE entry SET kind = 'decision' WHERE seq = 2",
            "entry 2: its columns say something else than its text.",
            id="column changed",
        ),
        pytest.param(
            "DELETE FROM entry WHERE seq = 1", "entry 2: entries 1 to 1 before it are missing.", id="lost inside"
        ),
        pytest.param(
            "DELETE FROM entry WHERE seq = 3", ": it ended with entry 3, and now with entry 2.", id="tail cut"
        ),
        pytest.param("DELETE FROM entry", ": all 4 entries are missing.", id="emptied"),
        pytest.param("DELETE FROM series", ": its end is not recorded.", id="no series"),
    ],
)
def test_what_was_changed_is_found(path: Path, statement: str, problem: str) -> None:
    tamper(path, statement)

    expected = f"Session {SESSION}{problem if problem.startswith(':') else ', ' + problem}"
    assert problems_in(path) == [expected]


def test_an_entry_forged_with_a_fitting_id_breaks_the_chain(path: Path) -> None:
    forged = entries_of(2)[1].body.replace('"n":1', '"n":7')
    tamper(path, "UPDATE entry SET body = ?, id = ? WHERE seq = 1", forged, entry_id(forged))

    assert problems_in(path) == [f"Session {SESSION}, entry 2: it does not follow the entry before it."]
