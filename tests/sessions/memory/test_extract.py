"""What is remembered of a message: what was decided and contradicted, and nothing that was only talked about."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.sessions.entries.canonical_json import JsonValue
from holdfast.sessions.entries.entry import Draft
from holdfast.sessions.memory.extract import memory_items
from holdfast.sessions.memory.item import LONGEST_TEXT, MemoryItem
from remembered import NOW_MS, Labelled, draft, entry, entry_of, labelled

RULINGS = ("decision", "correction")


def items_of(text: str, role: str = "user") -> list[tuple[str, str]]:
    return [(item.kind, item.text) for item in memory_items(entry(text, role=role))]


def judge(message: Labelled) -> tuple[int, list[MemoryItem], list[tuple[str, str]]]:
    """How many expected items were found, what was found beside them, and what was missed."""
    extra = list(memory_items(entry(message.text, role=message.role)))
    missed = list(message.expected)
    for item in tuple(extra):
        for kind, has in missed:
            if has in item.text and (kind == item.kind or (kind == "any" and item.kind in RULINGS)):
                extra.remove(item)
                missed.remove((kind, has))
                break
    return len(message.expected) - len(missed), extra, missed


@pytest.mark.parametrize("message", labelled("tuned"), ids=lambda message: message.text[:40])
def test_the_messages_the_rules_were_written_for(message: Labelled) -> None:
    _, extra, missed = judge(message)

    assert ([(item.kind, item.text) for item in extra], missed) == ([], [])


def test_messages_written_after_the_rules_and_never_used_to_change_them() -> None:
    judged = [judge(message) for message in labelled("unseen")]
    found = sum(one for one, _, _ in judged)
    extra = sum(len(one) for _, one, _ in judged)
    missed = sum(len(one) for _, _, one in judged)

    assert found / (found + extra) >= 0.95
    assert found / (found + missed) >= 0.75


def test_a_recorded_decision_is_kept_as_it_was_written() -> None:
    written = "Prices are integers, in cents, because floats lose money. See docs/money.md."

    (item,) = memory_items(entry(written, kind="decision"))

    assert item == MemoryItem("decision", NOW_MS, item.key, written, ("docs/money.md",), "person", "claude-code")


def test_a_long_decision_gives_its_first_sentences() -> None:
    (item,) = memory_items(entry("Use cents. " + "It is a long story. " * 30, kind="decision"))

    assert item.text.startswith("Use cents. It is a long story.")
    assert item.text.endswith("story.")
    assert len(item.text) <= LONGEST_TEXT


def test_one_sentence_that_is_too_long_is_cut_between_words() -> None:
    ((_, text),) = items_of("We decided to use " + "truly " * 80 + "long names.")

    assert text.endswith(" truly…")
    assert len(text) <= LONGEST_TEXT


def test_a_summary_is_one_item_and_marked_as_a_models() -> None:
    text = (
        "This session is being continued from a previous conversation that ran out of context.\n\n"
        "1. Primary Request and Intent:\nThe user wants the importer to resume.\n\n"
        "## Key decisions\n\n- Offsets are kept per file\n\n## User feedback\n\n- Never write to the source\n\n"
        "7. Pending Tasks:\n- Resume after a torn line\n"
    )

    items = memory_items(entry(text, role="user", kind="summary"))

    assert {item.author for item in items} == {"model"}
    assert [(item.kind, item.text) for item in items] == [
        ("summary", "The user wants the importer to resume."),
        ("decision", "Offsets are kept per file"),
        ("correction", "Never write to the source"),
        ("unfinished", "Resume after a torn line"),
    ]


def call(name: str, given: JsonValue) -> Draft:
    return Draft(NOW_MS, "tool", ({"type": "tool_call", "id": "1", "name": name, "input": given},), role="assistant")


TODOS = {
    "todos": [
        {"content": "Write it", "status": "completed"},
        {"content": "Measure it", "status": "in_progress"},
        {"content": "Tell it", "status": "pending"},
    ]
}


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("TodoWrite", json.dumps(TODOS), [("unfinished", "Measure it"), ("unfinished", "Tell it")]),
        ("TodoWrite", TODOS, [("unfinished", "Measure it"), ("unfinished", "Tell it")]),
        ("update_plan", '{"plan": [{"step": "Fold it", "status": "pending"}]}', [("unfinished", "Fold it")]),
        ("update_todo_list", '{"todos": "- [x] Open it\\n- [ ] Close it"}', [("unfinished", "Close it")]),
        ("TodoWrite", '{"todos": [{"content": "Write it", "status": "completed"}]}', ["settled"]),
        ("TodoWrite", '{"todos": [{"content": "Write it", "sta', []),
        ("TodoWrite", "[" * 100_000, []),
        ("TodoWrite", '{"todos": [1, null, {"content": 3, "status": []}]}', ["settled"]),
        ("TodoWrite", "[]", []),
        ("Bash", json.dumps(TODOS), []),
    ],
    ids=["json", "object", "plan", "boxes", "all done", "torn", "deep", "not tasks", "not an object", "another tool"],
)
def test_lists_of_tasks(name: str, given: JsonValue, expected: list[object]) -> None:
    items = memory_items(entry_of(call(name, given)))

    assert [item.kind if item.kind == "settled" else (item.kind, item.text) for item in items] == expected


def test_what_a_model_tells_its_helper_is_not_remembered() -> None:
    said = draft("From now on use the fast path in every parser.")
    told = Draft(said.at_ms, said.kind, said.parts, said.role, src={**said.src, "sidechain": True})

    assert [len(memory_items(entry_of(message))) for message in (said, told)] == [1, 0]


def test_a_reverted_commit() -> None:
    commit = {"type": "ref", "to": "commit", "id": "a" * 40, "subject": 'Revert "Cache the price list"'}

    (item,) = memory_items(entry_of(Draft(NOW_MS, "session.meta", (commit,))))

    assert (item.kind, item.text) == ("reverted", "Cache the price list")


@pytest.mark.parametrize(
    "text",
    [
        "<system-reminder>From now on use the tool for everything.</system-reminder>\nhi there",
        "<command-message>always use the plan</command-message> what now",
        "```\nwe decided to use tabs\n```",
        "~~~sh\nnever use sudo instead of su\n~~~",
        "````md\n```\nalways test first\n```\nnever skip the tests\n````",
        "> From now on use tabs.\n> Never use spaces.",
        "`use tabs instead of spaces` fails",
        "2026-01-01T10:00:00 never call it twice, call it once",
        "+++ b/a.py\n+# never use this instead of that",
        "x" * 2_000 + " never use that instead of this",
    ],
    ids=["reminder", "command", "fence", "tildes", "nested", "quotation", "code", "log", "diff", "one long line"],
)
def test_what_is_not_the_persons_own_prose(text: str) -> None:
    assert items_of(text) == []


def test_role_and_kind_decide_who_is_heard() -> None:
    text = "Never use eval on user input."

    assert [len(memory_items(entry(text, role=role))) for role in ("user", "assistant", "system", "tool", None)] == [
        1,
        0,
        0,
        0,
        0,
    ]
    assert [len(memory_items(entry(text, kind=kind))) for kind in ("unknown", "tombstone", "session.end", "tool")] == [
        0
    ] * 4


def test_what_is_said_twice_in_one_message_is_one_item() -> None:
    assert len(items_of("Never use eval here.\n\nnever use **eval** here!")) == 1


def test_what_was_pasted_between_is_passed_over_and_both_ends_are_read() -> None:
    pasted = "value = 1\n" * 100_000

    assert [kind for kind, _ in items_of(f"Never use eval here.\n\n{pasted}\n\nUse tabs instead of spaces.")] == [
        "correction",
        "decision",
    ]


def test_a_document_that_was_pasted_into_a_message_is_nobodys_decision() -> None:
    pasted = "Some guide. " * 150 + "\n\nUse tabs instead of spaces.\n\n" + "More of it. " * 150

    assert items_of(f"Never use eval here. The guide says:\n\n{pasted}\n\nFrom now on follow section two.") == [
        ("correction", "Never use eval here."),
        ("decision", "From now on follow section two."),
    ]


@pytest.mark.parametrize("text", ["Rust!", "`tabs`", "no"], ids=["a word", "code", "no"])
def test_what_a_person_recorded_is_kept_however_short(text: str) -> None:
    assert [item.text for item in memory_items(entry(text, kind="decision"))] == [text]


words = st.sampled_from(
    [
        "no, ",
        "never ",
        "use ",
        "instead of ",
        "we decided to ",
        "- [ ] ",
        "## Decision\n",
        "```\n",
        "\n",
        ". ",
        "`",
        '"',
        "<a ",
        "\u202e",
    ]
)
anything = st.lists(words | st.text(max_size=8), max_size=40).map("".join)


@settings(max_examples=200)
@given(anything, st.sampled_from(["user", "assistant"]), st.sampled_from(["msg", "summary", "decision"]))
def test_whatever_is_said_items_are_few_short_and_on_one_line(text: str, role: str, kind: str) -> None:
    said = entry(text.encode("utf-8", "replace").decode(), role=role, kind=kind)
    items = memory_items(said)

    assert items == memory_items(said)
    assert len(items) <= 12
    for item in items:
        assert 0 < len(item.text) <= LONGEST_TEXT
        assert item.text == " ".join(item.text.split())
        assert not set(item.text) & set("\u202e\u200b\x00\x1b")


@pytest.mark.parametrize(
    "text",
    [
        "let's use " + "a " * 30_000,
        "not " * 20_000,
        "<a " * 20_000,
        '"' * 20_000,
        "*" * 20_000,
        "a/" * 20_000,
        "use " * 9_000,
        "<private>" * 20_000,
        "<analysis " * 20_000,
        "".join(f"<command-{number}>" for number in range(10_000)),
    ],
    ids=["words", "not", "tags", "quotes", "stars", "paths", "uses", "never closed", "no tag", "many tags"],
)
def test_nothing_takes_long(text: str) -> None:
    """Each of these is read in milliseconds; a rule that tries every split of it would not end."""
    assert len(memory_items(entry(text))) <= 1
