"""Files that grow while they are read: in any pieces they give what they give as a whole, and nothing half said."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from holdfast.sessions.importers.importer import Importer, Message, ReadTo, UnknownRecord
from sessions_golden import FIXTURES, importer_of

# As Aider writes them: a message at once, each line of the program by itself.
_AIDER = [
    "\n# aider chat started at 2026-01-05 09:30:00\n\n",
    "> Aider v0.86.1  \n",
    "> Added harbour/pricing.py to the chat.  \n",
    "\n#### round prices up  \n#### to ten cents  \n",
    "\nI do:\n\n```markdown\n#### not a question\n\n> not the program\n```\n\n",
    "> Applied edit to harbour/pricing.py  \n",
    "> Commit 1a2b3c4 feat: round prices up  \n",
    "\n#### and test it  \n",
    "\n#### please  \n",
    "\n```\nan unclosed fence\n\n",
    "\n#### a question after it  \n",
    "\n# aider chat started at 2026-01-05 09:30:00\n\n",
    "\n#### in the same second  \n",
    "\nAn answer.\n\n",
    "\n# aider chat started at 2026-01-06 10:00:00\n\n",
    "\n#### the last one  \n",
    "\nAn answer.\n\nIn two paragraphs.\n\n",
]
_EVENTS = [
    line
    for path in (FIXTURES / "copilot-cli" / "normal").rglob("events.jsonl")
    for line in path.read_text(encoding="utf-8").splitlines(keepends=True)
]
_Said = dict[tuple[str, str], object]


@pytest.mark.parametrize(
    ("tool", "name", "writes"),
    [("aider", ".aider.chat.history.md", _AIDER), ("copilot-cli", "events.jsonl", _EVENTS)],
    ids=["aider", "copilot"],
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_in_pieces_it_gives_what_it_gives_as_a_whole(
    tool: str, name: str, writes: list[str], data: st.DataObject, tmp_path: Path
) -> None:
    ends = data.draw(st.lists(st.integers(0, len(writes)), max_size=8))
    path = tmp_path / "session" / name
    path.parent.mkdir(exist_ok=True)
    importer = importer_of(tool, tmp_path)
    said: _Said = {}
    offset = 0

    for end in [*sorted(ends), len(writes)]:
        # The next write may have begun: its first line is not whole yet.
        torn = "" if end == len(writes) else writes[end][: data.draw(st.integers(0, writes[end].index("\n", 1)))]
        path.write_text("".join(writes[:end]) + torn, encoding="utf-8", newline="")
        offset = _read(importer, path, offset, said)

    whole: _Said = {}
    _read(importer, path, 0, whole)
    assert said == whole


def test_the_end_of_a_file_is_held_back_while_more_can_follow(tmp_path: Path) -> None:
    path = tmp_path / ".aider.chat.history.md"
    begin = "# aider chat started at 2026-01-05 09:30:00\n\n#### why?  \n\n"
    importer = importer_of("aider", tmp_path)

    def given_for(text: str) -> list[str]:
        path.write_text(begin + text)
        return [item.role for item in importer.read(path, 0) if isinstance(item, Message)]

    assert given_for("Because") == ["user"]
    assert given_for("Because.\n") == ["user"]
    assert given_for("Because.\n\n") == ["user", "assistant"]
    assert given_for("Because.\n\n> Applied edit to a.py  \n") == ["user", "assistant"]
    assert given_for("Because.\n\n> Applied edit to a.py  \n\n#### and?  \n") == ["user", "assistant", "tool", "user"]
    assert given_for("```\nan open fence\n\n") == ["user"]


def _read(importer: Importer, path: Path, offset: int, said: _Said) -> int:
    for item in importer.read(path, offset):
        if isinstance(item, ReadTo):
            offset = item.offset
        elif isinstance(item, Message):
            said[(item.session, item.id)] = item.parts
        elif isinstance(item, UnknownRecord):
            said[(item.session, item.id)] = item.text
    return offset
