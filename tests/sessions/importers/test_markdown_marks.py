"""Lines at which somebody begins to speak, and those that only look like it."""

import pytest

from holdfast.sessions.importers.importer import Role
from holdfast.sessions.importers.markdown_marks import heading_marks, mark_of_export, mark_of_spec_story

_TIME = 1_783_950_056_000


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("_**User**_", ("user", None, None, False)),
        ("_**Assistant**_", ("assistant", None, None, False)),
        ("_**Agent (claude-opus-4-8 2026-07-13 13:40:56Z)**_", ("assistant", _TIME, "claude-opus-4-8", False)),
        ("_**Agent (2026-07-13 13:40:56Z)**_", ("assistant", _TIME, None, False)),
        ("_**Agent (2026-07-13 15:40:56 +0200)**_", ("assistant", _TIME, None, False)),
        ("_**User - sidechain (2026-07-13 13:40:56Z)**_", ("user", _TIME, None, True)),
        ("_**Agent (gpt 5 2026-99-99 13:40:56Z)**_", ("assistant", None, None, False)),
    ],
)
def test_spec_story_says_who_when_and_which_model(
    line: str, expected: tuple[Role, int | None, str | None, bool]
) -> None:
    mark = mark_of_spec_story(line)

    assert mark is not None
    assert (mark.role, mark.at_ms, mark.model, mark.is_sidechain) == expected


@pytest.mark.parametrize("line", ["User", "**User**", "_**User**_ said", "_**Agents**_", ""])
def test_other_lines_are_no_marks_of_spec_story(line: str) -> None:
    assert mark_of_spec_story(line) is None


@pytest.mark.parametrize(
    ("line", "role", "rest", "call"),
    [
        ("> make it so", "user", "make it so", None),
        ("⏺ It is so.", "assistant", "It is so.", None),
        ("● Bash(npm test)", "assistant", "npm test", "Bash"),
        ("⏺ Web Search(tides)", "assistant", "tides", "Web Search"),
        ("  ⎿  12 passed", "tool", "12 passed", None),
    ],
)
def test_an_export_marks_with_one_character(line: str, role: Role, rest: str, call: str | None) -> None:
    mark = mark_of_export(line)

    assert mark is not None
    assert (mark.role, mark.rest, mark.call) == (role, rest, call)


@pytest.mark.parametrize(
    ("person", "model"),
    [
        ("## User", "## Assistant"),
        ("### Human:", "### Claude:"),
        ("# 🧑 You", "# 🤖 ChatGPT"),
        ("## User (12:00)", "## Gemini (12:01)"),
        ("**User:** hello", "**Assistant:** hello"),
        ("__You__: hello", "__AI__: hello"),
        ("Human: hello", "Assistant: hello"),
    ],
)
def test_roles_are_told_by_headings(person: str, model: str) -> None:
    marks = heading_marks(f"{person}\n\nwords\n\n{model}\n\nwords\n")

    assert marks is not None
    found = [marks(line) for line in (person, model, "words")]
    assert [mark.role if mark else None for mark in found] == ["user", "assistant", None]


@pytest.mark.parametrize(
    "text",
    [
        "## User\n\nalone",
        "## Users\n\n## Assistants\n",
        "The user: x\nThe assistant: y\n",
        "## Usage\n\n## Model\n",
        "",
    ],
)
def test_a_text_in_which_not_both_speak_is_no_conversation(text: str) -> None:
    assert heading_marks(text) is None
