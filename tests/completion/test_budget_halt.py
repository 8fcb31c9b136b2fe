"""Once the tokens of a day are used up: no request of any kind, the embedded engine answers, and the reason is told."""

import asyncio
from pathlib import Path

from cursor_notation import at
from holdfast.completion.completer import Completer
from holdfast.completion.embedded_completer import EmbeddedCompleter
from holdfast.completion.gate import Gate
from holdfast.completion.outcome_log import OutcomeLog
from holdfast.completion.request import CompletionAnswer, CompletionRequest, silent
from holdfast.errors import BudgetReached
from holdfast.evaluation.virtual_time import run_virtually
from holdfast.settings import Settings
from playing_server import PlayingServer, end, playing

KNOWN = "def f(items, prices):\n" + "    total = compute_total(items, prices)\n    print(total)\n" * 6
USED_UP = BudgetReached("The budget is used up.", remedy="It begins anew at midnight.")


def complete(server: PlayingServer, marked: str, scratch: Path | None) -> CompletionAnswer:
    """The answer in a window whose budget is used up; with the embedded engine where it has a `scratch` folder."""

    async def main() -> CompletionAnswer:
        async with playing(server) as part:
            embedded = None if scratch is None else EmbeddedCompleter(lambda _: scratch, tuple, slow_after_ms=600)
            gate, log = Gate(Settings(), lambda _: None), OutcomeLog()
            completer = Completer(gate, part.known, part.completer, embedded, log, without_server=silent("no_server"))
            part.completer.refusal = lambda: USED_UP
            answer = await completer.complete(CompletionRequest(at(marked)))
            assert part.completer.last_error is None
            if embedded is not None:
                embedded.close()
            return answer

    return run_virtually(main())


def test_the_embedded_engine_answers_and_the_remedy_is_at_hand(tmp_path: Path) -> None:
    server = PlayingServer(lambda _, __: ("compute_all()\n", end()))

    answer = complete(server, f"{KNOWN}    total = comp║\n", tmp_path)

    assert (answer.engine, answer.text, answer.remedy) == ("embedded", "ute_total(items, prices)", str(USED_UP))
    assert server.streams == []


def test_where_the_engine_has_nothing_the_budget_is_the_reason(tmp_path: Path) -> None:
    answer = complete(PlayingServer(lambda _, __: ("x\n", end())), "x = ║\n", tmp_path)

    assert (answer.text, answer.reason, answer.remedy) == ("", "budget_reached", str(USED_UP))


def test_without_the_engine_it_is_too() -> None:
    answer = complete(PlayingServer(lambda _, __: ("x\n", end())), "x = ║\n", None)

    assert (answer.text, answer.engine, answer.reason, answer.remedy) == ("", "none", "budget_reached", str(USED_UP))


def test_what_was_known_before_is_still_typed_through() -> None:
    server = PlayingServer(lambda _, __: ("foo(bar)\n", end()))

    async def main() -> list[str]:
        async with playing(server) as part:
            gate, log = Gate(Settings(), lambda _: None), OutcomeLog()
            completer = Completer(gate, part.known, part.completer, None, log, without_server=silent("no_server"))
            first = await completer.complete(CompletionRequest(at("x = ║\n")))
            await asyncio.sleep(1)
            part.completer.refusal = lambda: USED_UP
            second = await completer.complete(CompletionRequest(at("x = fo║\n")))
            return [first.text, second.text]

    assert run_virtually(main()) == ["foo(bar)", "o(bar)"]
    assert len(server.streams) == 1
