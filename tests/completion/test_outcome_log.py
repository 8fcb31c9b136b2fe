from cursor_notation import at
from holdfast.completion.outcome_log import OutcomeLog
from holdfast.completion.request import CompletionAnswer, CompletionRequest, silent

REQUEST = CompletionRequest(at("a\nb\nx = ║\n"))


def test_an_empty_log_has_no_last() -> None:
    assert OutcomeLog().last is None


def test_what_an_answer_came_to() -> None:
    log = OutcomeLog()
    outcomes = []
    for answer, typed_through in (
        (CompletionAnswer("foo", "model", "m"), False),
        (CompletionAnswer("foo", "model", "m"), True),
        (silent("low_confidence"), False),
    ):
        log.record(REQUEST, answer, typed_through=typed_through)
        assert log.last is not None
        outcomes.append((log.last.path, log.last.line, log.last.outcome))

    assert outcomes == [("shop/cart.py", 3, kind) for kind in ("shown", "typed_through", "silent")]


def test_a_cancelled_request_is_counted_and_does_not_hide_the_last() -> None:
    log = OutcomeLog()
    log.record(REQUEST, CompletionAnswer("foo", "model", "m"))
    log.record(REQUEST, silent("cancelled"))
    log.record(REQUEST, silent("cancelled"))

    assert log.last is not None
    assert log.last.answer.text == "foo"
