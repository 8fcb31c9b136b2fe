"""What a model has not looked through is not let through."""

import json

import pytest

from holdfast.errors import NotRedacted, ServerTimeout
from holdfast.redaction.model_pass import Ask
from holdfast.redaction.model_redactor import ModelRedactor, Passed
from holdfast.redaction.redactor import Redactor

REDACTOR = Redactor(b"key")
ANNA = json.dumps({"found": [{"kind": "person", "text": "Anna Schmidt"}]})


def noting(asked: list[str], answer: str) -> Ask:
    """Answers, and notes what it was asked."""

    def ask(prompt: str) -> str:
        asked.append(prompt)
        return answer

    return ask


def test_what_the_model_points_at_is_marked() -> None:
    mark = REDACTOR.mark("person-name", "Anna Schmidt")

    assert ModelRedactor(REDACTOR, lambda _: ANNA).redact("Ask Anna Schmidt.") == Passed(
        f"Ask {mark}.", {"person-name": 1}
    )


@pytest.mark.parametrize("text", ["", "yes, go on", "use snake_case in src/\n"], ids=["nothing", "consent", "code"])
def test_where_nothing_can_be_found_nobody_is_asked(text: str) -> None:
    asked: list[str] = []

    assert ModelRedactor(REDACTOR, noting(asked, ANNA)).redact(text) == Passed(text, {})
    assert asked == []


@pytest.mark.parametrize("text", ["ask Anna", "ask 4711", "ask andré"], ids=["capital", "digit", "letter"])
def test_where_something_may_stand_it_is_asked(text: str) -> None:
    asked: list[str] = []
    ModelRedactor(REDACTOR, noting(asked, '{"found": []}')).redact(text)

    assert len(asked) == 1


def test_an_answer_that_is_none_lets_nothing_through() -> None:
    with pytest.raises(NotRedacted):
        ModelRedactor(REDACTOR, lambda _: "There is nobody in it.").redact("Ask Anna Schmidt.")


def test_a_model_that_does_not_answer_is_asked_once_and_what_it_says_is_told() -> None:
    asked: list[str] = []

    def silent(prompt: str) -> str:
        asked.append(prompt)
        raise ServerTimeout("It is silent.")

    with pytest.raises(ServerTimeout, match=r"It is silent\."):
        ModelRedactor(REDACTOR, silent).redact("Anna says a word. " * 1_000)
    assert len(asked) == 1
