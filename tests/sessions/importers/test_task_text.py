"""What Cline and Roo wrap around words is taken off, and who said what is told apart."""

import pytest

from holdfast.sessions.importers.elements import elements
from holdfast.sessions.importers.importer import Part, Reference, Text, ToolCall, ToolResult
from holdfast.sessions.importers.task_text import assistant_parts, folder_named, split_user


@pytest.mark.parametrize(
    ("text", "said", "answers"),
    [
        pytest.param("<task>\nDo it.\n</task>", [Text("Do it.")], [], id="a task"),
        pytest.param("no tags", [Text("no tags")], [], id="plain words"),
        pytest.param("a <task> that is never closed", [Text("a <task> that is never closed")], [], id="unclosed"),
        pytest.param("<environment_details>\n# Time\n</environment_details>", [], [], id="for the model alone"),
        pytest.param("<user_input mode='act'>Go.</user_input>", [Text("Go.")], [], id="with an attribute"),
        pytest.param(
            '<task>See x <file_content path="a/x.py">code</file_content></task>',
            [Reference("file", "a/x.py"), Text("See x")],
            [],
            id="a file that was named",
        ),
        pytest.param(
            "[execute_command for 'ls'] Result:\nCommand executed.",
            [],
            [ToolResult("", "[execute_command for 'ls'] Result:\nCommand executed.")],
            id="an answer",
        ),
        pytest.param(
            "[write_to_file for 'a'] Result: <error>no</error>\n<feedback>\nNever there.\n</feedback>",
            [Text("Never there.")],
            [ToolResult("", "[write_to_file for 'a'] Result: <error>no</error>", is_error=True)],
            id="an answer with what the person said about it",
        ),
        pytest.param(
            "[TASK RESUMPTION] It was interrupted. <user_message>Go on.</user_message>",
            [Text("Go on.")],
            [],
            id="resumed",
        ),
        pytest.param("[ERROR] You did not use a tool in your previous response!", [], [], id="a reminder"),
        pytest.param("[1] Result: seven", [Text("[1] Result: seven")], [], id="words that look like an answer"),
    ],
)
def test_a_user_message_is_told_apart(text: str, said: list[Part], answers: list[Part]) -> None:
    told = split_user([Text(text)])

    assert (told.said, told.answers) == (said, answers)


def test_an_answer_in_several_texts_is_one_and_the_next_one_another() -> None:
    told = split_user([Text("[a] Result:"), Text("one"), Text("[b] Result:"), Text("two")])

    assert told.answers == [ToolResult("", "[a] Result:\none"), ToolResult("", "[b] Result:\ntwo")]


def test_what_the_person_said_in_a_result_block_is_theirs() -> None:
    result = ToolResult("t1", "Denied. <feedback>Use Decimal.</feedback>")

    told = split_user([result])

    assert (told.said, told.answers) == ([Text("Use Decimal.")], [result])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Only words.", [Text("Only words.")], id="words"),
        pytest.param("<thinking>hm</thinking>So.", [Text("So.")], id="thoughts"),
        pytest.param(
            "I read.\n<read_file>\n<path>a.py</path>\n</read_file>",
            [Text("I read."), ToolCall("", "read_file", '{"path": "a.py"}')],
            id="a call",
        ),
        pytest.param(
            "<write_to_file><path>a.html</path><content><b>x</b></content></write_to_file>",
            [ToolCall("", "write_to_file", '{"path": "a.html", "content": "<b>x</b>"}'), Reference("file", "a.html")],
            id="a call that writes",
        ),
        pytest.param(
            "<ask_followup_question><question>Which?</question><options>[]</options></ask_followup_question>",
            [Text("Which?")],
            id="a question",
        ),
        pytest.param(
            "<read_file> is a tool, <b>really</b>", [Text("<read_file> is a tool, <b>really</b>")], id="words about one"
        ),
    ],
)
def test_an_answer_gives_its_calls(text: str, expected: list[Part]) -> None:
    assert list(assistant_parts([Text(text)])) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# Current Working Directory (/home/ada/harbour) Files\nx", "/home/ada/harbour"),
        ("# Current Workspace Directory (c:/a (b)/c) Files\n", "c:/a (b)/c"),
        ("# Current Working Directory", None),
    ],
)
def test_the_folder_is_read_from_what_the_model_was_told(text: str, expected: str | None) -> None:
    assert folder_named(text) == expected


def test_a_call_through_the_interface_names_the_file_it_writes() -> None:
    calls = [ToolCall("1", "write_to_file", '{"path": "a.py"}'), ToolCall("2", "apply_diff", "{torn")]

    assert list(assistant_parts(calls)) == [calls[0], Reference("file", "a.py"), calls[1]]


def test_only_so_many_names_are_looked_for_to_the_end() -> None:
    text = "".join(f"<n{number}>" for number in range(1_000)) + "<task>x</task>"

    assert list(elements(text)) == []
    assert [element.inner for element in elements(text, ("task",))] == ["x"]
