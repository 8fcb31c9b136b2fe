import pytest

from holdfast.errors import GenerationFailed, ServerError, ServerTimeout, UnexpectedAnswer
from holdfast.inference.network.failures import Asked
from holdfast.inference.ollama.dialect import OLLAMA

ASKED = Asked(OLLAMA, "http://localhost:11434", "/api/generate", "m")


@pytest.mark.parametrize(
    ("status", "kind"), [(408, ServerTimeout), (504, ServerTimeout), (500, GenerationFailed), (520, UnexpectedAnswer)]
)
def test_a_status_without_words(status: int, kind: type[ServerError]) -> None:
    assert type(OLLAMA.refusal(status, b"", ASKED)) is kind
