import pytest

from holdfast.sessions.log.stem import stem


@pytest.mark.parametrize(
    "forms",
    [
        "retry retries retried retrying",
        "cache caches cached caching",
        "migrate migrates migrated migration migrations migrating",
        "validate validation validating",
        "stop stops stopped stopping",
        "call calls called calling",
        "class classes",
        "index indexes indexing",
        "query queries",
        "idempotent idempotently",
    ],
)
def test_the_forms_of_a_word_have_one_stem(forms: str) -> None:
    assert len({stem(form) for form in forms.split()}) == 1


@pytest.mark.parametrize("word", ["bus", "us", "css", "this", "red", "ring", "x", "utf8", "straße", "status"])
def test_what_only_looks_like_an_ending_stays(word: str) -> None:
    assert stem(word) == word
