"""Whatever the text around the cursor, no control token of any family reaches the prompt from it."""

import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.code_chunk import ContextBlock
from holdfast.inference.control_tokens import KNOWN_SPECIAL_TOKENS, MARK, restore
from holdfast.inference.families.family import ModelFamily
from holdfast.inference.families.table import CHAT, FAMILIES, SERVER_TEMPLATE
from holdfast.inference.file_window import FileWindow
from holdfast.inference.prompt import PromptText, write_head, write_text

OWN = ("<|own|>", "[OWN]")
TOKENS = (*KNOWN_SPECIAL_TOKENS, *OWN)
# Code Llama's tokens with the blanks around them, as llama.cpp and SentencePiece have them.
SPELLINGS = (*TOKENS, " <SUF>", "\u2581<SUF>", " <MID>", "<PRE> ")
HOLES = tuple(
    dict.fromkeys((*(token for family in FAMILIES for token in family.tokens), " <SUF>", "\u2581<SUF>", " <MID>", *OWN))
)
ANY = re.compile("|".join(f"(?={re.escape(token)})()" for token in TOKENS))
WAYS = (*FAMILIES, SERVER_TEMPLATE, CHAT)
every_way = pytest.mark.parametrize("family", WAYS, ids=lambda family: family.name)


def tokens_in(text: PromptText) -> Counter[str]:
    """How often each control token stands in a prompt, those that overlap counted too."""
    whole = "\0".join(part for part in (text.system, text.prompt, text.suffix) if part is not None)
    found = ANY.finditer(whole)
    return Counter(TOKENS[match.lastindex - 1] for match in found if match.lastindex is not None)


def prompt(
    family: ModelFamily,
    before: str,
    after: str,
    *,
    name: str = "shop",
    path: str = "app.py",
    language: str = "python",
    other: str = "x = 1",
) -> PromptText:
    blocks = (ContextBlock(path, (1, 1), "text", ("x",), 1, other),) * 2
    head = write_head(family, name, blocks, OWN, language=language)
    return write_text(family, head, path, FileWindow(0, before, after), OWN, language=language)


parts = st.one_of(
    st.sampled_from(SPELLINGS),
    st.sampled_from(SPELLINGS).flatmap(lambda token: st.integers(0, len(token)).map(lambda end: token[:end])),
    st.sampled_from(SPELLINGS).flatmap(lambda token: st.integers(0, len(token)).map(lambda start: token[start:])),
    st.sampled_from(("\n", "\r\n", "\u200b", MARK, " ", "{path}", "{comment}", "{language}")),
    st.text(st.characters(codec=None), max_size=3),
)
hostile = st.lists(parts, max_size=8).map("".join)


@every_way
def test_from_no_text_at_all(family: ModelFamily) -> None:
    harmless = tokens_in(prompt(family, "a", "b"))

    @settings(max_examples=50, deadline=None)
    @given(hostile, hostile, hostile, hostile, hostile, hostile)
    def check(before: str, after: str, name: str, path: str, language: str, other: str) -> None:
        written = prompt(family, before, after, name=name, path=path, language=language, other=other)

        assert tokens_in(written) == harmless
        if family.order in {"psm", "spm"}:
            assert before in restore(written.prompt)
            assert after in restore(written.prompt)

    check()


@every_way
def test_nor_from_two_texts_that_meet(family: ModelFamily) -> None:
    harmless = tokens_in(prompt(family, "a", "b"))
    met = []
    for token in HOLES:
        for place in range(1, len(token)):
            left, right = token[:place], token[place:]
            over_the_cursor = prompt(family, left, right)
            over_the_file_s_beginning = prompt(family, right, "", other=left)
            over_path_and_file = prompt(family, right, "", path=left, name=left)
            around = prompt(family, right, left, language=left)
            written = (over_the_cursor, over_the_file_s_beginning, over_path_and_file, around)
            met += [(token, place) for text in written if tokens_in(text) != harmless]

    assert met == []


@every_way
def test_a_prompt_of_harmless_text_holds_its_own_tokens(family: ModelFamily) -> None:
    found = tokens_in(prompt(family, "a", "b"))

    assert {token for token in family.tokens if f"{family.prefix}{family.suffix}".count(token)} <= set(found)
