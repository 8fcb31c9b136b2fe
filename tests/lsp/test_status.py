"""The one status that follows from the circumstances."""

from dataclasses import replace

import pytest

from holdfast.lsp.status import Circumstances, State, status_of

FINE = Circumstances(
    paused=False,
    enabled=True,
    indexing=None,
    thinking=False,
    model="qwen2.5-coder:1.5b-base",
    remote=False,
    server_problem=None,
    embedded=True,
    problems=(),
)
LOST = "Nothing answers at http://127.0.0.1:11434. Start Ollama."


@pytest.mark.parametrize(
    ("now", "state", "text"),
    [
        pytest.param(FINE, "ready", "qwen2.5-coder:1.5b-base", id="all is well"),
        pytest.param(replace(FINE, model=None), "ready", "ready", id="no model chosen yet"),
        pytest.param(replace(FINE, thinking=True), "thinking", "qwen2.5-coder:1.5b-base", id="the same words"),
        pytest.param(
            replace(FINE, indexing="indexing 40 %", thinking=True), "indexing", "indexing 40 %", id="indexing"
        ),
        pytest.param(replace(FINE, server_problem=LOST), "embedded", "embedded", id="no server"),
        pytest.param(replace(FINE, server_problem=LOST, embedded=False), "offline", "offline", id="no engine at all"),
        pytest.param(
            replace(FINE, server_problem="Used up.", budget_reached=True), "embedded", "budget reached", id="budget"
        ),
        pytest.param(
            replace(FINE, server_problem="Used up.", budget_reached=True, embedded=False),
            "offline",
            "budget reached",
            id="budget without an engine",
        ),
        pytest.param(
            replace(FINE, paused=True, indexing="indexing", server_problem=LOST), "paused", "paused", id="paused"
        ),
        pytest.param(replace(FINE, enabled=False), "paused", "paused", id="switched off"),
    ],
)
def test_the_most_important_truth_is_told(now: Circumstances, state: State, text: str) -> None:
    status = status_of(now)
    assert (status.state, status.text) == (state, text)


def test_the_tooltip_says_what_is_wrong_and_with_which_setting() -> None:
    status = status_of(replace(FINE, server_problem=LOST, problems=("`holdfast.numCtx` is ignored: not a number.",)))
    assert LOST in status.tooltip
    assert "`holdfast.numCtx` is ignored" in status.tooltip


def test_a_model_on_another_machine_is_said_to_be_there() -> None:
    status = status_of(replace(FINE, remote=True))
    assert (status.remote, "on another machine" in status.tooltip) == (True, True)
