import asyncio
from dataclasses import replace

import pytest

from cursor_notation import at
from holdfast import errors
from holdfast.completion.completer import Completer
from holdfast.completion.gate import Gate
from holdfast.completion.outcome_log import OutcomeLog
from holdfast.completion.request import CompletionAnswer, CompletionRequest, silent
from holdfast.completion.typed_through import KnownText
from holdfast.cursor import Cursor
from holdfast.evaluation.virtual_time import run_virtually
from holdfast.settings import Settings
from playing_server import Playing, PlayingServer, Step, end, playing


def build(part: Playing, settings: Settings | None = None) -> Completer:
    gate = Gate(settings or Settings(), lambda _: None)
    return Completer(gate, part.known, part.completer, None, OutcomeLog(), without_server=silent("no_server"))


def complete(server: PlayingServer, *marked: str, settings: Settings | None = None) -> list[CompletionAnswer]:
    async def main() -> list[CompletionAnswer]:
        async with playing(server) as part:
            completer = build(part, settings)
            answers = []
            for cursor in marked:
                answers.append(await completer.complete(CompletionRequest(at(cursor))))
                await asyncio.sleep(1)
            return answers

    return run_virtually(main())


def same(*steps: Step) -> PlayingServer:
    return PlayingServer(lambda _, __: steps)


def every_error(kind: type[errors.ServerError]) -> list[type[errors.ServerError]]:
    return [kind, *(deeper for child in kind.__subclasses__() for deeper in every_error(child))]


@pytest.mark.parametrize("kind", every_error(errors.ServerError), ids=lambda kind: kind.__name__)
def test_every_error_of_the_server_is_silence_with_its_reason_and_remedy(kind: type[errors.ServerError]) -> None:
    answers = complete(same(kind("It broke.", remedy="Mend it.")), "x = ║\n")

    assert [(answer.text, answer.engine, answer.reason, answer.remedy) for answer in answers] == [
        ("", "none", kind.reason, "It broke. Mend it.")
    ]


def test_what_was_typed_of_a_known_text_asks_nobody() -> None:
    server = same("foo(bar)\n", end())

    answers = complete(server, "x = ║\n", "x = f║\n", "x = foo(║)\n", "x = foo(b║)\n")

    assert [answer.text for answer in answers] == ["foo(bar)", "oo(bar)", "bar", "ar"]
    assert [answer.engine for answer in answers] == ["model"] * 4
    assert {answer.prompt for answer in answers} == {server.streams[0].request.prompt}
    assert len(server.streams) == 1


TYPED_ALONG = [
    ("python", "def pay(items):\n    ", "total = sum(\n        item.price for item in items\n    )\n    for item in items:\n        item.paid = True\n\n    return total\n", "\n\ndef cancel():\n    pass\n"),
    ("javascript", "function pay(items) {\n  ", "const total = items.reduce((sum, item) => {\n    return sum + item.price;\n  }, 0);\n  if (total) {\n    done();\n  }\n  return total;", "\n}\n"),
    ("go", "func pay() error {\n\t", "if err := open(); err != nil {\n\t\treturn err\n\t}\n\treturn nil", "\n}\n"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "before", "text", "after"), TYPED_ALONG, ids=[case[0] for case in TYPED_ALONG])
@pytest.mark.parametrize("between_keys", [0.0, 0.12], ids=["in a burst", "at rest between keys"])
def test_what_was_made_before_is_what_would_be_made_at_each_key(
    language: str, before: str, text: str, after: str, between_keys: float
) -> None:
    start = Cursor("file:///a", None, "a", language, before, after)
    places = [
        typed for typed in range(len(text)) if text[typed] not in " \t" or text[:typed].rpartition("\n")[2].strip()
    ]
    keys = [replace(start, before=before + text[:typed]) for typed in places]  # Enter brings the indentation along

    async def main() -> tuple[list[str], list[str]]:
        async with playing(same()) as part:
            part.known.remember(KnownText(start, text, "model", "m", "prompt", ()))
            along = build(part)
            shown, anew = [], []
            for cursor in keys:
                shown.append((await along.complete(CompletionRequest(cursor))).text)
                anew.append((await build(part).complete(CompletionRequest(cursor))).text)
                await asyncio.sleep(between_keys)
            return shown, anew

    shown, anew = run_virtually(main())
    assert shown == anew


def test_by_hand_a_known_text_is_asked_for_again() -> None:
    server = same("foo(bar)\n", end())

    async def main() -> None:
        async with playing(server) as part:
            for automatic in (True, False):
                await build(part).complete(CompletionRequest(at("x = ║\n"), automatic=automatic))

    run_virtually(main())
    assert len(server.streams) == 2


@pytest.mark.parametrize(
    ("said", "reason"),
    [("", "empty"), ("\n\n", "filtered:trim_end"), ("<|endoftext|>", "filtered:drop_chat_noise")],
    ids=repr,
)
def test_an_answer_of_which_nothing_is_left_says_why(said: str, reason: str) -> None:
    steps: tuple[Step, ...] = (said, end()) if said else (end(),)

    answers = complete(same(*steps), "x = ║\n")

    assert [(answer.text, answer.engine) for answer in answers] == [("", "none")]
    assert answers[0].reason in (reason, "empty")


def test_the_gate_comes_before_everything() -> None:
    server = same("foo\n", end())

    answers = complete(server, "x = ║\n", settings=Settings(enabled=False))

    assert ([answer.reason for answer in answers], server.streams) == (["disabled"], [])


def test_the_outcomes_are_kept() -> None:
    async def main() -> list[str]:
        kinds = []
        async with playing(same("foo(bar)\n", end())) as part:
            completer = build(part)
            for marked in ("x = ║\n", "x = f║\n", "║def pay(items): pass\n"):
                await completer.complete(CompletionRequest(at(marked)))
                await asyncio.sleep(0.1)
                last = completer.outcomes.last
                kinds.append(last.outcome if last is not None else "")
        return kinds

    assert run_virtually(main()) == ["shown", "typed_through", "silent"]


def test_without_a_server_the_reason_is_why() -> None:
    async def main() -> CompletionAnswer:
        async with playing(same()) as part:
            answer = silent("remote_endpoint", "Not this machine.")
            gate = Gate(Settings(), lambda _: None)
            completer = Completer(gate, part.known, None, None, OutcomeLog(), without_server=answer)
            return await completer.complete(CompletionRequest(at("x = ║\n")))

    answer = run_virtually(main())
    assert (answer.reason, answer.remedy) == ("remote_endpoint", "Not this machine.")
