import pytest

from holdfast.evaluation.context_cases import LINES_TYPED, TypedLines, draw_typed_lines
from project_texts import long_client, long_tools, project

NAMES = project({"tools.py": long_tools(40), "client.py": long_client(40), "notes.md": "tool_1\n" * 90})


def test_the_same_seed_draws_the_same_lines_and_another_seed_others() -> None:
    first = draw_typed_lines(NAMES, 6, 7)

    assert first == draw_typed_lines(NAMES, 6, 7)
    assert len({session.first_row for session in first}) > 1
    assert [session.first_row for session in first] != [session.first_row for session in draw_typed_lines(NAMES, 6, 8)]


def test_a_session_types_rows_of_a_file_that_needs_names_and_knows_which() -> None:
    for session in draw_typed_lines(NAMES, 10, 1):
        lines = NAMES.files["client.py"].lines
        rows = range(session.first_row, session.last_row + 1)

        assert session.passage.file.path == "client.py", "the only file that needs a name"
        assert len(rows) == LINES_TYPED
        assert session.passage.typed == "\n".join(lines[row] for row in rows).lstrip()
        assert set(session.needed) == {row for row in rows if "tools." in lines[row]}


def test_without_its_lines_the_file_has_none_of_them() -> None:
    session = draw_typed_lines(NAMES, 1, 3)[0]
    before, after = session.text_without.split("\n"), NAMES.files["client.py"].lines

    assert len(before) == len(after) - LINES_TYPED + 1, "one empty line to type on"
    assert session.passage.typed not in session.text_without


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param({}, id="no-files"),
        pytest.param({"a.py": long_tools(40)}, id="nothing-from-another-file"),
        pytest.param({"tools.py": long_tools(3), "b.py": "import tools\ntools.tool_1(1)\n"}, id="too-short"),
        pytest.param({"a.md": "# Text\n" * 90}, id="no-code"),
    ],
)
def test_a_project_without_fitting_files_gives_no_sessions(texts: dict[str, str]) -> None:
    sessions: tuple[TypedLines, ...] = draw_typed_lines(project(texts), 5, 1)

    assert sessions == ()
