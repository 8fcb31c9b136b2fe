import pytest

from holdfast.sessions.entries.canonical_json import JsonObject
from holdfast.sessions.entries.entry import Draft
from holdfast.sessions.log.markdown import entry_markdown
from sessions_fixture import START_MS, said, sealed, told

WHEN = "2026-11-18 11:06"


@pytest.fixture(autouse=True)
def _in_greenwich(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")


def tool(*parts: JsonObject) -> Draft:
    return Draft(START_MS, "tool", parts, "assistant")


@pytest.mark.parametrize(
    ("draft", "expected"),
    [
        pytest.param(said("Why?"), f"### You · {WHEN}\n\nWhy?", id="a person"),
        pytest.param(said("So.", role="assistant"), f"### claude-code · {WHEN}\n\nSo.", id="a model"),
        pytest.param(said("Keep it.", kind="decision"), f"### Decision · {WHEN}\n\nKeep it.", id="a decision"),
        pytest.param(
            said("In short.", role="assistant", kind="summary"),
            f"### Summary, written by claude-code · {WHEN}\n\nIn short.",
            id="a summary",
        ),
        pytest.param(told(to="branch", name="main"), "- branch main", id="a fact"),
        pytest.param(
            tool({"type": "tool_call", "name": "Bash", "input": "echo `date`"}),
            f"### holdfast · {WHEN}\n\n`Bash` `` echo `date` ``",
            id="a call with backticks",
        ),
        pytest.param(
            tool({"type": "tool_result", "text": "```\nfence\n```"}),
            f"### holdfast · {WHEN}\n\n````\n```\nfence\n```\n````",
            id="a result that holds a fence",
        ),
        pytest.param(
            tool({"type": "tool_result", "text": "\n".join(map(str, range(20)))}),
            f"### holdfast · {WHEN}\n\n```\n" + "\n".join(map(str, range(12))) + "\n```\n\n… 8 more lines",
            id="a long result",
        ),
        pytest.param(Draft(START_MS, "session.end", ()), "", id="nothing"),
        pytest.param(tool({"type": "hologram", "text": "?"}), "", id="an unknown part"),
    ],
)
def test_an_entry_is_written_as_a_person_reads_it(draft: Draft, expected: str) -> None:
    (entry,) = sealed([draft])

    assert entry_markdown(entry) == expected
