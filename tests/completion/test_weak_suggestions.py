"""A suggestion is cut where it gets weak; what is known of it goes on, and is shown when it has become likely."""

import asyncio
import math
from collections.abc import AsyncGenerator

import pytest

from cursor_notation import at
from holdfast.completion.completer import Completer
from holdfast.completion.confidence import ScoredSpan
from holdfast.completion.gate import Gate
from holdfast.completion.generation import Generation
from holdfast.completion.outcome_log import OutcomeLog
from holdfast.completion.request import CompletionAnswer, CompletionRequest, silent
from holdfast.completion.slot import Running
from holdfast.completion.typed_through import KnownText
from holdfast.completion.write_request import WrittenPrompt
from holdfast.evaluation.virtual_time import run_virtually
from holdfast.inference.model_server import Finished, GenerateRequest, Piece, ScoredToken
from holdfast.settings import Settings
from playing_server import Playing, PlayingServer, Step, ask, end, play, playing, same


def said(*tokens: tuple[str, float], server: str = "") -> list[Step]:
    return [
        Piece(text, server=server, tokens=(ScoredToken(text, math.log(probability)),)) for text, probability in tokens
    ]


DOUBTFUL = [*said(("load", 0.9), ("(", 0.9), ("path", 0.2), (")", 0.9), ("\n", 0.9)), end()]


def complete(server: PlayingServer, least: float, *marked: str) -> list[CompletionAnswer]:
    settings = Settings(min_confidence=least)

    async def main() -> list[CompletionAnswer]:
        async with playing(server, settings) as part:
            gate = Gate(settings, lambda _: None)
            log = OutcomeLog()
            completer = Completer(gate, part.known, part.completer, None, log, without_server=silent("no_server"))
            answers = []
            for cursor in marked:
                answers.append(await completer.complete(CompletionRequest(at(cursor))))
                await asyncio.sleep(1)
            return answers

    return run_virtually(main())


@pytest.mark.parametrize(
    ("least", "text", "reason"),
    [
        pytest.param(0.1, "load(path)", None, id="likely enough"),
        pytest.param(0.5, "load(", None, id="cut"),
        pytest.param(0.95, "", "low_confidence", id="not shown"),
        pytest.param(0.0, "load(path)", None, id="switched off"),
    ],
)
def test_a_weak_suggestion_is_cut_or_not_shown(least: float, text: str, reason: str | None) -> None:
    (answer,) = complete(same(*DOUBTFUL), least, "x = ║\n")

    assert (answer.text, answer.reason) == (text, reason)


@pytest.mark.parametrize(("least", "is_asked"), [(0.0, False), (0.1, True)], ids=["off", "on"])
def test_scores_are_asked_for_only_where_they_count(least: float, *, is_asked: bool) -> None:
    server = same(*DOUBTFUL)
    complete(server, least, "x = ║\n")

    assert [stream.request.with_logprobs for stream in server.streams] == [is_asked]


def test_who_types_along_the_weak_part_is_shown_the_rest_once_it_is_likely_and_nobody_is_asked_again() -> None:
    server = same(*DOUBTFUL)

    answers = complete(server, 0.5, "x = ║\n", "x = load(║\n", "x = load(p║\n", "x = load(pat║\n")

    assert [answer.text for answer in answers] == ["load(", "", "", "h)"]
    assert [answer.reason for answer in answers] == [None, "low_confidence", "low_confidence", None]
    assert len(server.streams) == 1


def test_a_key_that_contradicts_the_weak_part_asks_anew() -> None:
    server = PlayingServer(lambda number, _: [DOUBTFUL, [*said(("file)", 0.9), ("\n", 1.0)), end()]][number])

    answers = complete(server, 0.5, "x = ║\n", "x = load(f║\n", "x = load(║\n")

    assert (answers[0].text, answers[2].reason) == ("load(", "low_confidence")
    assert len(server.streams) == 2


def test_a_generation_in_flight_is_adopted_and_cut_all_the_same() -> None:
    slow: list[Step] = [0.1]
    for step in DOUBTFUL:
        slow += [step, 0.1]

    async def act(part: Playing) -> None:
        first = ask(part, "x = ║\n")
        await asyncio.sleep(0.15)
        first.cancel()
        answer = await ask(part, "x = lo║\n")

        assert answer.text == "ad("
        assert (await ask(part, "x = load(║\n")).reason == "low_confidence"

    play(same(*slow), act, Settings(min_confidence=0.5))


def test_a_suggestion_asked_for_by_hand_is_cut_like_any_other() -> None:
    async def act(part: Playing) -> None:
        answer = await part.completer.complete(CompletionRequest(at("x = ║\n"), automatic=False))

        assert answer.text == "load("

    play(same(*DOUBTFUL), act, Settings(min_confidence=0.5))


def test_a_text_that_is_typed_along_says_which_server_it_came_from() -> None:
    steps = [*said(("load(path)", 0.9), ("\n", 1.0), server="http://127.0.0.1:8080"), end()]

    answers = complete(same(*steps), 0.1, "x = ║\n", "x = lo║\n")

    assert [(answer.text, answer.server) for answer in answers] == [
        ("load(path)", "http://127.0.0.1:8080"),
        ("ad(path)", "http://127.0.0.1:8080"),
    ]


def test_a_server_that_gives_no_scores_is_shown_whole() -> None:
    (answer,) = complete(same("load(path)\n", end()), 0.99, "x = ║\n")

    assert answer.text == "load(path)"


def test_scores_stay_in_place_where_a_mark_is_taken_out_of_the_text() -> None:
    tokens = said(("lo\ue000ad", 0.9), ("(", 0.9), ("x", 0.1), (")", 0.9))

    (answer,) = complete(same(*tokens, "\n", end()), 0.5, "a = ║\n")

    assert answer.text == "load("


def test_what_is_left_of_a_cut_suggestion_does_not_repeat_what_follows() -> None:
    tokens = said(("return", 0.9), (" total", 0.9), (" + tax", 0.1))

    (answer,) = complete(same(*tokens, end()), 0.5, "def f():\n    ║\n    return total\n")

    assert (answer.text, answer.reason) == ("", "low_confidence")


async def test_the_scores_of_a_text_that_was_read_on_stand_where_its_text_stands() -> None:
    known = KnownText(
        at("x = ║\n"), "load(", "model", "m", "", (), is_open=True, scores=(ScoredSpan(0, 5, math.log(0.9)),)
    )

    async def stream() -> AsyncGenerator[Piece | Finished, None]:
        for step in said(("path", 0.2), (")\n", 0.9)):
            assert isinstance(step, Piece)
            yield step
        yield end()

    generation = Generation(at("x = load(║\n"), stream, cut=lambda _: None)
    while not generation.done:
        await generation.until_changed()
    written = WrittenPrompt(GenerateRequest("m", "p", 8, 1024), (), 0.0)
    extended = Running(generation, written, extends=known).known()

    assert extended is not None
    assert extended.text == "load(path)\n"
    assert [(span.start, span.end) for span in extended.scores] == [(0, 5), (5, 9), (9, 11)]
