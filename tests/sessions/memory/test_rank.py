"""Which remembered sentences matter at a place."""

import random

import pytest

from holdfast.sessions.memory.rank import Memory, Remembered, Whereabouts
from remembered import NOW_MS, remembered

OTHER = "01932f2e-9c00-7abc-8def-00000000000"


def texts(items: list[Remembered], where: Whereabouts | None = None) -> list[str]:
    place = where or Whereabouts(now_ms=NOW_MS)
    return [each.remembered.item.text for each in Memory(items, now_ms=NOW_MS).ranked(place)]


def at(path: str = "", code: str = "", branch: str | None = None) -> Whereabouts:
    return Whereabouts(path, code, "", branch, NOW_MS)


RETRY = remembered("retry only idempotent requests", days_ago=20)
PRICE = remembered("prices are integers in cents", days_ago=1)


@pytest.mark.parametrize(
    ("where", "first"),
    [
        (at(), PRICE),
        (at(code="def retry(request): ..."), RETRY),
        (at(code="RetryPolicy(requests=3)"), RETRY),
        (at(path="net/retry_requests.py"), RETRY),
        (at(branch="feature/retry-requests"), RETRY),
        (at(code="\n" * 50 + "price = 1"), PRICE),
        (at(code="retry(request)" + "\n" * 50), PRICE),
    ],
    ids=["nowhere", "names", "parts of names", "path", "branch", "another name", "too far away"],
)
def test_shared_words_lead_and_recency_decides_between_equals(where: Whereabouts, first: Remembered) -> None:
    assert texts([RETRY, PRICE], where)[0] == first.item.text


@pytest.mark.parametrize(
    ("better", "worse", "where"),
    [
        (remembered("slots are frozen in a.py"), remembered("slots become thin inside b.py"), at("pkg/a.py", "slots")),
        (remembered("slots are kept", days_ago=1), remembered("slots are thin", days_ago=60), at(code="slots")),
        (remembered("slots are kept", pinned=True), remembered("slots are thin"), at(code="slots")),
        (remembered("slots are kept"), remembered("slots are thin", author="model"), at(code="slots")),
        (remembered("slots are kept"), remembered("slots are thin", "unfinished"), at(code="slots")),
        (remembered("slots are kept", branch="x"), remembered("slots are thin"), at(code="slots", branch="x")),
    ],
    ids=["file", "recency", "pin", "author", "kind", "branch"],
)
def test_of_two_with_the_same_word(better: Remembered, worse: Remembered, where: Whereabouts) -> None:
    assert texts([worse, better], where) == texts([better, worse], where) == [better.item.text, worse.item.text]


def test_a_main_branch_says_nothing() -> None:
    on_main = remembered("slots are thin", branch="main", days_ago=2)

    assert texts([on_main, remembered("slots are kept")], at(code="slots", branch="main"))[0] == "slots are kept"


def test_only_the_persons_own_rulings_count_where_no_word_is_shared() -> None:
    items = [
        remembered("a ruling"),
        remembered("a correction", "correction"),
        remembered("a model's ruling", author="model"),
        remembered("an open end", "unfinished"),
        remembered("a summary of it", "summary", author="model"),
        remembered("a pinned summary", "summary", pinned=True),
    ]

    assert set(texts(items)) == {"a ruling", "a correction", "a pinned summary"}


def test_what_a_newer_ruling_contradicts_is_not_shown() -> None:
    items = [
        remembered("use requests for the client", days_ago=9),
        remembered("use httpx instead of requests", days_ago=2),
    ]

    assert texts(items) == ["use httpx instead of requests"]


def test_what_was_reverted_afterwards_counts_half() -> None:
    items = [
        remembered("cache the price list in memory", days_ago=9),
        remembered("sort the order list in memory", days_ago=9),
        remembered("Cache the price list", "reverted", days_ago=1),
    ]
    memory = Memory(items, now_ms=NOW_MS)
    worth = {each.remembered.item.text: each.worth for each in memory.ranked(at())}

    assert worth["cache the price list in memory"] == worth["sort the order list in memory"] / 2
    assert len(worth) == 2


def test_what_is_said_in_nearly_the_same_words_is_shown_once_the_newest() -> None:
    items = [
        remembered("never commit secrets to the repository", days_ago=5),
        remembered("never commit any secrets to the repository", days_ago=1),
        remembered("Never commit any secrets to the repository!", days_ago=3, entry="b2:other"),
    ]

    assert texts(items) == ["never commit any secrets to the repository"]


def test_open_ends_are_those_of_the_last_word_of_the_last_three_sessions() -> None:
    def task(text: str, days_ago: float, session: int, entry: str) -> Remembered:
        return remembered(text, "unfinished", days_ago=days_ago, session=f"{OTHER}{session}", entry=entry)

    items = [
        task("write the old task", 3, 1, "a"),
        task("write the new task", 2, 1, "b"),
        task("write about slots", 2, 1, "b"),
        task("write the importer", 1, 2, "c"),
        task("write a parser", 4, 3, "d"),
        task("write some lexer", 5, 4, "e"),
        task("write too long ago", 15, 5, "f"),
    ]

    assert set(texts(items, at(code="write"))) == {
        "write the new task",
        "write about slots",
        "write the importer",
        "write a parser",
    }


def test_a_list_without_a_task_left_leaves_nothing_open() -> None:
    items = [
        remembered("write the task", "unfinished", days_ago=2, entry="a"),
        remembered("all tasks are finished", "settled", days_ago=1, entry="b"),
    ]

    assert texts(items, at(code="write the task finished")) == []


def many(count: int) -> list[Remembered]:
    pick = random.Random(7)
    words = [
        f"{verb}{noun}"
        for verb in ("parse", "load", "send", "keep")
        for noun in ("Order", "Price", "User", "Slot", "Page")
    ]
    return [
        remembered(
            f"use {pick.choice(words)} rather than {pick.choice(words)} number {number} in {pick.choice(words)}.py",
            days_ago=number / 20,
            entry=f"b2:{number:06}",
        )
        for number in range(count)
    ]


def test_the_same_memory_gives_the_same_order_whatever_order_it_came_in() -> None:
    items = many(300)
    shuffled = random.Random(3).sample(items, len(items))
    where = at("shop/parseOrder.py", "parseOrder(loadUser)")

    assert texts(items, where) == texts(shuffled, where)
