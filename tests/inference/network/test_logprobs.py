import pytest
from pydantic import JsonValue

from holdfast.errors import GenerationFailed, ModelMissing, ServerError, ServerTimeout, UnexpectedAnswer
from holdfast.inference.network.logprobs import read_logprobs, refuses_logprobs

ENTRY: dict[str, JsonValue] = {"token": " a", "logprob": -0.5, "bytes": [32, 97], "top_logprobs": []}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param([ENTRY, {"token": "b", "logprob": 0}], [(" a", -0.5), ("b", 0.0)], id="one object each"),
        pytest.param({"content": [ENTRY]}, [(" a", -0.5)], id="a conversation's"),
        pytest.param(
            {"tokens": ["x", "y"], "token_logprobs": [-1.5, -2], "text_offset": [0, 1], "top_logprobs": None},
            [("x", -1.5), ("y", -2.0)],
            id="two lists",
        ),
        pytest.param([{"token": "a", "logprob": 0.1}], [("a", 0.0)], id="no probability is over one"),
        pytest.param([{"token": "a", "logprob": -9999.0}], [("a", -9999.0)], id="as good as impossible"),
        pytest.param([{"token": "a", "logprob": float("-inf")}], [("a", float("-inf"))], id="impossible"),
    ],
)
def test_every_form_in_use_is_read(value: JsonValue, expected: list[tuple[str, float]]) -> None:
    assert [(token.text, token.logprob) for token in read_logprobs(value)] == expected


@pytest.mark.parametrize(
    "value",
    [
        *(None, "x", 7, True, [], {}, [None], [[]], [{}], {"content": None}, {"content": "x"}),
        {"tokens": ["a"], "token_logprobs": [None]},
        {"tokens": ["a"], "token_logprobs": []},
        {"tokens": "a", "token_logprobs": [-1]},
        [{"token": "a", "logprob": "-1"}],
        [{"token": "a", "logprob": True}],
        [{"token": None, "logprob": -1.0}],
        [{"token": "a", "logprob": float("nan")}],
        [{"token": "a", "logprob": 10**400}],
        [{"content": "a", "probs": [{"tok_str": "a", "prob": 0.5}]}],
    ],
    ids=repr,
)
def test_whatever_else_a_server_sends_there_is_no_score_and_no_error(value: JsonValue) -> None:
    assert read_logprobs(value) == ()


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (UnexpectedAnswer("It said: unknown field “logprobs”."), True),
        (UnexpectedAnswer("It said: Requested sample logprobs of 1, which is greater than max allowed: 0."), True),
        (GenerationFailed("It said: n_probs is not supported with speculative decoding."), True),
        (UnexpectedAnswer("It said: no."), False),
        (ModelMissing("There is no model logprobs."), False),
        (ServerTimeout("logprobs"), False),
    ],
    ids=str,
)
def test_a_refusal_of_scores_is_told_from_others(error: ServerError, *, expected: bool) -> None:
    assert refuses_logprobs(error) is expected
