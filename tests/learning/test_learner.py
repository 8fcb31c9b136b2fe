"""What is learnt from a real session log: each entry once, from this person's devices, since the last reset."""

import json
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import pytest

from holdfast.errors import StorageError
from holdfast.learning.learner import Learner
from holdfast.learning.observation import Observation, observation_of
from holdfast.learning.reset import counted_from_ms, reset
from holdfast.learning.tally import ALL, Count
from holdfast.locations import Locations
from holdfast.sessions.editor.activity import SuggestionOutcome, suggestion_shown
from holdfast.sessions.entries.clock import wall_clock_ms
from holdfast.sessions.entries.entry import Draft
from holdfast.sessions.entries.series import Series
from holdfast.sessions.log.store import SessionLog
from sessions_fixture import tamper

OWN, OTHER = "aa" * 16, "bb" * 16
SESSION = "01932f2e-9c00-7abc-8def-000000000001"

Outcome = Literal["accepted", "partly_accepted", "typed_through", "ignored"]


def suggestion(
    outcome: Outcome, found_by: Sequence[str] = ("similar_files",), *, at_ms: int | None = None, place: str = "line"
) -> Draft:
    shown = SuggestionOutcome(
        "a.py", "python", "model", "qwen", outcome, 10, 10, 300.0, None, "pay(till)", tuple(found_by), place
    )
    return suggestion_shown(wall_clock_ms() if at_ms is None else at_ms, shown)


@pytest.fixture
def places(tmp_path: Path) -> Locations:
    return Locations(tmp_path / "data", tmp_path / "cache")


def record(places: Locations, *drafts: Draft, dev: str = OWN) -> None:
    log = SessionLog(places.sessions_db)
    log.append(dev, SESSION, None, drafts)
    log.close()


def counted(places: Locations, retriever: str = "similar_files", place: str = "line") -> tuple[float, float]:
    count = Learner(places).tally().of(retriever, "python", place)
    return round(count.shown, 3), round(count.taken, 3)


@pytest.mark.parametrize(
    ("draft", "expected"),
    [
        (suggestion("accepted", at_ms=5), Observation(5, ("similar_files",), "python", "line", is_taken=True)),
        (suggestion("ignored", ["a", "b", "a"], at_ms=5), Observation(5, ("a", "b"), "python", "line", is_taken=False)),
        (suggestion("typed_through", at_ms=5, place="within"), Observation(5, ("similar_files",), "python", "within", is_taken=True)),
        (suggestion("accepted", (), at_ms=5), None),
        (suggestion("accepted", at_ms=5, place="elsewhere"), None),
        (suggestion("accepted", ["x" * 51], at_ms=5), None),
        (Draft(5, "tool", ({"type": "tool_call", "name": "Bash", "found_by": ["inline_completion"]},)), None),
    ],
    ids=["taken", "ignored", "typed within a line", "nothing of other files", "no such place", "no name", "another tool"],
)  # fmt: skip
def test_what_an_entry_says(draft: Draft, expected: Observation | None) -> None:
    body = Series(dev=OWN, session=SESSION, project=None).extend(draft).body

    assert observation_of(body) == expected


@pytest.mark.parametrize("body", ["", "{", '{"found_by": "inline_completion"}', '["found_by", "inline_completion"]'])
def test_what_is_no_entry_says_nothing(body: str) -> None:
    assert observation_of(body) is None


def test_nothing_is_learnt_while_nothing_is_recorded(places: Locations) -> None:
    assert Learner(places).factors() == {}
    assert not places.data.exists()


def test_outcomes_are_counted_by_who_found_the_names(places: Locations) -> None:
    record(
        places,
        suggestion("accepted"),
        suggestion("ignored", ["similar_files", "near_paths"]),
        suggestion("accepted", ()),
    )

    assert counted(places) == (2, 1)
    assert counted(places, "near_paths") == (1, 0)
    assert counted(places, ALL) == (2, 1)


def test_each_entry_is_counted_once_by_whoever_looks(places: Locations) -> None:
    learner = Learner(places)
    record(places, *[suggestion("accepted")] * 3)
    counts = [learner.tally().of(ALL, "python", "line").shown]
    record(places, *[suggestion("ignored")] * 700)
    counts += [learner.tally().of(ALL, "python", "line").shown, learner.tally().of(ALL, "python", "line").shown]

    assert [round(count, 2) for count in counts] == [3, 703, 703]
    assert counted(places, ALL) == pytest.approx((703, 3), abs=0.01)


def test_a_start_reads_only_what_came_since(places: Locations) -> None:
    record(places, *[suggestion("accepted")] * 4)
    Learner(places).tally()
    kept = json.loads((places.cache / "learning.json").read_text())
    tamper(places.sessions_db, "UPDATE entry SET body = '' WHERE seq = 0")

    assert (kept["row"], stat.S_IMODE((places.cache / "learning.json").stat().st_mode)) == (4, 0o600)
    assert counted(places) == (4, 4)


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"version": 99}', '{"row": -1, "cells": [["a", "b", "c", -1, 2]]}'])
def test_counts_that_cannot_be_understood_are_made_again(places: Locations, damage: str) -> None:
    record(places, suggestion("accepted"))
    Learner(places).tally()
    (places.cache / "learning.json").write_text(damage)

    assert counted(places) == (1, 1)


def test_another_log_is_counted_from_its_beginning(places: Locations) -> None:
    record(places, *[suggestion("accepted")] * 3)
    learner = Learner(places)
    learner.tally()
    for path in places.data.glob("sessions.db*"):
        path.unlink()
    record(places, *[suggestion("ignored")] * 5)

    assert round(learner.tally().of(ALL, "python", "line").taken, 3) == 0
    assert counted(places, ALL) == (5, 0)


def test_teammates_teach_nothing(places: Locations) -> None:
    record(places, suggestion("accepted"))
    record(places, *[suggestion("ignored")] * 4, dev=OTHER)
    log = SessionLog(places.sessions_db)
    log.change(
        lambda db: db.execute("INSERT INTO device (dev, name, standing) VALUES (?, 'mate', 'teammate')", (OTHER,))
    )
    log.close()

    assert counted(places, ALL) == (1, 1)


def test_a_clock_that_was_years_ahead_outweighs_nothing(places: Locations) -> None:
    record(places, suggestion("accepted"))
    record(places, suggestion("ignored", at_ms=4_000_000_000_000), dev=OTHER)

    assert counted(places, ALL) == (1, 1)


def test_a_reset_counts_what_comes_after_it_alone(places: Locations) -> None:
    learner = Learner(places)
    record(places, *[suggestion("accepted")] * 3)
    learner.tally()
    reset(places.data, wall_clock_ms())
    after = [learner.tally().of(ALL, "python", "line")]
    record(places, suggestion("ignored", at_ms=wall_clock_ms() + 1000))
    after.append(learner.tally().of(ALL, "python", "line"))

    assert after[0] == Count()
    assert (round(after[1].shown, 3), after[1].taken) == (1, 0)
    assert stat.S_IMODE((places.data / "learning.json").stat().st_mode) == 0o600


def test_a_reset_that_cannot_be_understood_stops_learning_and_names_the_remedy(places: Locations) -> None:
    record(places, suggestion("accepted"))
    (places.data / "learning.json").write_text("nonsense")

    assert Learner(places).factors() == {}
    with pytest.raises(StorageError, match="holdfast learning reset"):
        Learner(places).tally()
    reset(places.data, 7)
    assert counted_from_ms(places.data) == 7


def test_a_log_that_is_no_database_teaches_nothing(places: Locations) -> None:
    places.data.mkdir()
    places.sessions_db.write_bytes(b"nonsense" * 1000)

    assert Learner(places).factors() == {}


def test_counts_that_cannot_be_kept_are_had_all_the_same(places: Locations) -> None:
    places.cache.write_text("a file where the folder should be")
    record(places, suggestion("accepted"))

    assert counted(places) == (1, 1)


def test_counts_of_a_time_to_come_do_not_stop_learning(places: Locations) -> None:
    record(places, *[suggestion("accepted")] * 3)
    Learner(places).tally()
    path = places.cache / "learning.json"
    kept = json.loads(path.read_text())
    path.write_text(json.dumps({**kept, "as_of_ms": 4_000_000_000_000, "cells": []}))
    record(places, suggestion("ignored"))

    assert counted(places, ALL) == (4, 3)
