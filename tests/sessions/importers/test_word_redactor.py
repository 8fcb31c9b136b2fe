import pytest

from holdfast.redaction.redactor import Redactor
from holdfast.sessions.importers.word_redactor import WordRedactor

KEY = "AKIA" + "QYLPMN5HFIQR7XYA"  # In two parts, so that no scanner takes it for one that leaked.
TEXTS = ("text", KEY, f"the key {KEY}", "jane.doe@kumquat-labs.de", f"{'a long text ' * 20}{KEY}", "")


@pytest.mark.parametrize("conversation", [True, False], ids=["conversation", "code"])
@pytest.mark.parametrize("text", TEXTS, ids=["word", "key", "short", "address", "long", "nothing"])
def test_every_time_it_says_what_the_plain_redactor_says(text: str, *, conversation: bool) -> None:
    plain, words = Redactor(b"k" * 32), WordRedactor(b"k" * 32)
    expected = plain.redact(text, conversation=conversation)

    assert [words.redact(text, conversation=conversation) for _ in range(3)] == [expected] * 3


def test_what_is_harmless_in_code_is_still_looked_at_in_a_conversation() -> None:
    words = WordRedactor(b"k" * 32)

    found = [dict(words.redact("jane.doe@kumquat-labs.de", conversation=told).counts) for told in (False, True, False)]

    assert found == [{}, {"email": 1}, {}]


def test_more_words_than_it_remembers_change_nothing() -> None:
    words = WordRedactor(b"k" * 32)
    texts = [f"word {number}" for number in range(5000)]

    assert [words.redact(text).text for text in texts] == texts
    assert words.redact(KEY).text == Redactor(b"k" * 32).redact(KEY).text
