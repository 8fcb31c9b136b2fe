"""A phrase is tried only where one of its words stands, so that nothing it matches may do without."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from holdfast.sessions.memory.phrases import PHRASES, Phrase
from holdfast.sessions.memory.unfinished import OPEN_SAID, OPEN_WORDS


@pytest.mark.parametrize("phrase", [one for one in PHRASES if one.words], ids=lambda one: one.pattern[:40])
@settings(max_examples=15, suppress_health_check=list(HealthCheck), deadline=None)
@given(data=st.data())
def test_nothing_matches_without_one_of_its_words(phrase: Phrase, data: st.DataObject) -> None:
    said = data.draw(st.from_regex(phrase.pattern))

    assert not phrase.words.isdisjoint(re.findall(r"\w+", said))


@settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.from_regex(OPEN_SAID))
def test_nothing_is_said_to_be_open_without_one_of_these_words(said: str) -> None:
    assert any(word in said for word in OPEN_WORDS)
