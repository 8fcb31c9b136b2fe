from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.sessions.entries.entry import Draft
from holdfast.sessions.log.history import open_history
from holdfast.sessions.log.search import Hit, search
from holdfast.sessions.log.store import SessionLog
from holdfast.sqlite.connection import open_for_reading
from sessions_fixture import DEVICE, OTHER_DEVICE, START_MS, said, sealed, told

DAY_MS = 86_400_000
MINE, THEIRS = "aa" * 32, "bb" * 32


def session_id(number: int) -> str:
    return f"01932f2e-9c00-7abc-8def-{number:012x}"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sessions.db"


@pytest.fixture
def log(path: Path) -> Iterator[SessionLog]:
    opened = SessionLog(path)
    yield opened
    opened.close()


def add(log: SessionLog, number: int, *drafts: Draft, project: str | None = None) -> None:
    log.add(sealed(drafts, session=session_id(number), project=project))


def find(path: Path, question: str, **narrowed: str | int) -> list[Hit]:
    with open_history(path) as history:
        assert history is not None
        return history.search(question, **narrowed)  # type: ignore[arg-type]


def texts(path: Path, question: str, **narrowed: str | int) -> list[str]:
    return [hit.text for hit in find(path, question, **narrowed)]


FILLING = tuple(said(f"The {noun} is read before the {noun} list is sorted.") for noun in ("row", "header", "page"))


@pytest.mark.parametrize(
    "question",
    ["retry", "retries", "Retry", "retryCount", "retry_count", "retrycount", "retr", "count", "COUNT!", "the retry"],
)
def test_a_name_is_found_however_a_person_types_it(log: SessionLog, path: Path, question: str) -> None:
    add(log, 1, said("Set `retryCount` to five."), *FILLING)

    assert texts(path, question) == ["Set `retryCount` to five."]


def test_a_long_question_finds_what_was_decided(log: SessionLog, path: Path) -> None:
    answer = "Let's go with exponential backoff and jitter, because the gateway throttles us."
    add(log, 1, said("Did we look at the project's decisions about sessions?"), *FILLING)
    add(log, 2, said(answer), *FILLING)

    asked = "In the previous session, what did we decide about backing off when the gateway is throttling?"
    assert texts(path, asked)[0] == answer


def test_a_rare_word_outweighs_common_ones(log: SessionLog, path: Path) -> None:
    for number in range(30):
        add(log, number, said(f"The cache of page {number} is slow, slow, slow: the cache again."))
    add(log, 99, said("A grebe in the cache."))

    assert texts(path, "why is the grebe cache slow")[0] == "A grebe in the cache."


def test_hits_say_where_they_are(log: SessionLog, path: Path) -> None:
    entries = sealed(
        [said("first"), said("We chose `zeppelin`.", role="assistant", kind="summary", at_ms=START_MS + 5)]
    )
    log.add(entries)

    (hit,) = find(path, "zeppelin")

    assert (hit.session, hit.entry, hit.tool, hit.role, hit.kind, hit.device, hit.at_ms, hit.text) == (
        entries[1].place.session,
        entries[1].id,
        "claude-code",
        "assistant",
        "summary",
        DEVICE,
        START_MS + 5,
        "We chose `zeppelin`.",
    )


def test_a_search_is_narrowed_to_a_project_and_a_tool(log: SessionLog, path: Path) -> None:
    add(log, 1, said("The zeppelin of mine."), project=MINE)
    add(log, 2, said("The zeppelin of theirs."), project=THEIRS)

    assert texts(path, "zeppelin", project=MINE) == ["The zeppelin of mine."]
    assert texts(path, "zeppelin", tool="codex") == []
    assert len(texts(path, "zeppelin", tool="claude-code")) == 2


def test_a_common_word_is_found_in_a_small_project_among_many_of_another(log: SessionLog, path: Path) -> None:
    add(log, 1, said("The zeppelin of mine."), project=MINE)
    log.add(sealed([said(f"zeppelin {n}") for n in range(2_000)], session=session_id(2), project=THEIRS))

    assert texts(path, "zeppelin", project=MINE) == ["The zeppelin of mine."]


def test_what_one_device_said_is_passed_over_however_much_it_is(log: SessionLog, path: Path) -> None:
    add(log, 1, said("A zeppelin is named here, in a longer story."), project=MINE)
    other = sealed([said(f"zeppelin {n}") for n in range(700)], session=session_id(2), dev=OTHER_DEVICE, project=MINE)
    log.add(other)

    with closing(open_for_reading(path)) as connection:
        hits = search(connection, "zeppelin", project=MINE, without_devices=[OTHER_DEVICE])
        every = search(connection, "zeppelin", project=MINE)

    assert [hit.text for hit in hits] == ["A zeppelin is named here, in a longer story."]
    assert {hit.device for hit in every} == {OTHER_DEVICE}


def test_near_and_newer_come_first_and_a_decision_before_talk(log: SessionLog, path: Path) -> None:
    old, new = said("Use zeppelin one."), said("Use zeppelin two.", at_ms=START_MS + 300 * DAY_MS)
    add(log, 1, old, project=MINE)
    add(log, 2, new, project=THEIRS)
    add(log, 3, said("Use zeppelin ten.", kind="decision"), project=THEIRS)

    assert texts(path, "zeppelin") == ["Use zeppelin ten.", "Use zeppelin two.", "Use zeppelin one."]
    assert texts(path, "zeppelin", near=MINE)[1] == "Use zeppelin one."


def test_where_sessions_took_place_does_not_drown_what_was_said(log: SessionLog, path: Path) -> None:
    for number in range(20):
        add(
            log,
            number,
            Draft(START_MS, "session.start", ({"type": "ref", "to": "folder", "path": "/home/a/zeppelin"},)),
        )
        add(log, 100 + number, told(to="branch", name="fix-zeppelin"))
    places_alone = len(find(path, "zeppelin", limit=50))
    add(log, 200, said("The zeppelin leaks."))
    add(log, 201, told(to="title", name="A zeppelin at last"))

    kinds = [hit.kind for hit in find(path, "zeppelin", limit=50)]

    assert places_alone == 40
    assert (len(kinds), kinds[:2]) == (2 + 3, ["msg", "session.meta"])


def test_one_session_does_not_fill_the_list(log: SessionLog, path: Path) -> None:
    add(log, 1, *(said(f"zeppelin zeppelin {n}") for n in range(9)))
    add(log, 2, said("A zeppelin, and then a long sentence about other things that dilutes it a little."))

    found = find(path, "zeppelin", limit=4)

    assert sorted(hit.session for hit in found) == [session_id(1)] * 3 + [session_id(2)]


def test_the_excerpt_is_short_and_shows_the_place(log: SessionLog, path: Path) -> None:
    add(log, 1, said("word " * 3_000 + "here stands zeppelin itself " + "word " * 3_000))

    (text,) = texts(path, "zeppelin")

    assert "here stands zeppelin itself" in text
    assert text.startswith("… ")
    assert text.endswith(" …")
    assert len(text) < 300


@pytest.mark.parametrize(
    "question",
    ["", "   ", '"', "''", "*", "AND OR NOT NEAR(", 'x" OR "1"="1', "words:a", "^a", "-a", "(", "\x00", "{a b}:c", "§tclaude", "a" * 50_000,
     "\ud800", "🚀", "% _ %", "tool: NEAR(a b, 5)"],
)  # fmt: skip
def test_any_text_is_a_question(log: SessionLog, path: Path, question: str) -> None:
    add(log, 1, said("Set `retryCount` to five."))

    assert find(path, question) in ([], find(path, "retryCount"))


@given(question=st.text(max_size=40))
def test_no_question_fails(question: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "any-question.db"
    if not path.exists():
        log = SessionLog(path)
        add(log, 1, said("Set `retryCount` to five, 検索, Ünïcödé."))
        log.close()
    connection = open_for_reading(path)

    assert len(search(connection, question)) <= 1
    connection.close()


def test_words_of_a_language_without_spaces_are_found_inside_a_sentence(log: SessionLog, path: Path) -> None:
    add(log, 1, said("この検索機能を改善する"))

    assert texts(path, "検索") == ["この検索機能を改善する"]
    assert texts(path, "検") == ["この検索機能を改善する"]


def test_accents_make_no_difference(log: SessionLog, path: Path) -> None:
    add(log, 1, said("Der Schlüssel liegt im Café."))

    assert texts(path, "schlussel cafe") == ["Der Schlüssel liegt im Café."]


def test_what_two_devices_imported_is_found_once(log: SessionLog, path: Path) -> None:
    add(log, 1, said("The zeppelin.", native_id="m1"))
    log.add(sealed([said("The zeppelin.", native_id="m1")], session=session_id(1), dev="ff" * 16))

    assert texts(path, "zeppelin") == ["The zeppelin."]
