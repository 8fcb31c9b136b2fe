import json
import re
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.redaction.redactor import RULES_VERSION, Redactor, find_secrets
from planted_secrets import TOKENS, private_key, seeded

KEY = b"the key of this device"
GITHUB = TOKENS["GitHub classic"](seeded(1))
MARK = re.compile(r"\[REDACTED:[a-z0-9-]+:[0-9a-f]{8}\]")


def test_a_secret_gives_way_to_its_rule_and_a_pseudonym() -> None:
    redacted = Redactor(KEY).redact(f"push with {GITHUB} please")

    assert re.fullmatch(r"push with \[REDACTED:github-token:[0-9a-f]{8}\] please", redacted.text)
    assert redacted.counts == {"github-token": 1}
    assert redacted.rules_version == RULES_VERSION


def test_a_text_without_secrets_stays_as_it_is() -> None:
    text = "def total(prices):\n    return sum(prices)\n"

    assert Redactor(KEY).redact(text).text == text
    assert Redactor(KEY).redact("").text == ""


def test_the_same_value_has_the_same_pseudonym_wherever_it_stands() -> None:
    secret = "Tr0ub4dor&3"  # noqa: S105 - made up
    texts = [f"DB_PASSWORD={secret}\n", f'password = "{secret}"', f"the password: {secret}.\n", f"--password {secret}"]

    marks = {MARK.findall(Redactor(KEY).redact(text).text)[0] for text in texts}

    assert len(marks) == 1


def test_another_value_or_key_has_another_pseudonym() -> None:
    other = TOKENS["GitHub classic"](seeded(2))

    texts = {Redactor(key).redact(value).text for key in (KEY, b"other") for value in (GITHUB, other)}

    assert len(texts) == 4


def test_a_mark_can_stand_in_json_as_it_is() -> None:
    text = json.dumps({"auth": GITHUB, "n": 1})

    assert MARK.fullmatch(json.loads(Redactor(KEY).redact(text).text)["auth"])


def test_two_findings_that_overlap_become_one_mark() -> None:
    redacted = Redactor(KEY).redact(f"Authorization: Bearer {GITHUB}\n")

    assert MARK.sub("*", redacted.text) == "Authorization: Bearer *\n"
    assert sum(redacted.counts.values()) == 1


@pytest.mark.parametrize("offset", [*range(99_900, 100_010), 199_990, 200_000])
def test_where_a_piece_ends_changes_nothing(offset: int) -> None:
    redacted = Redactor(KEY).redact("x " * (offset // 2) + f" {GITHUB} end")

    assert redacted.counts == {"github-token": 1}
    assert redacted.text.endswith(f" {Redactor(KEY).mark('github-token', GITHUB)} end")


def test_a_long_key_over_the_end_of_a_piece_goes_whole() -> None:
    lines = private_key(seeded(3)).split("\n")
    body = [line for line in lines if len(line) == 64] * 40
    text = "x\n" * 49_990 + "\n".join([lines[0], *body, lines[-1], "rest"])

    redacted = Redactor(KEY).redact(text).text

    assert [line for line in body if line in redacted] == []
    assert redacted.endswith("rest")


def test_one_long_line_is_read_to_its_end() -> None:
    redacted = Redactor(KEY).redact("abc=12;" * 400_000 + GITHUB)

    assert redacted.counts == {"github-token": 1}


def test_a_mark_that_somebody_wrote_hides_nothing() -> None:
    redacted = Redactor(KEY).redact(f"[REDACTED:github-token:{GITHUB}] [REDACTED:x:0123abcd]{GITHUB}")

    assert GITHUB not in redacted.text


def test_marks_that_lie_in_a_private_block_go_with_it() -> None:
    marks = " ".join(f"[REDACTED:password:{number:08x}]" for number in range(40))

    redacted = Redactor(KEY).redact(f"a <private>{marks}</private> z")

    assert MARK.sub("*", redacted.text) == "a * z"


SOUP = st.lists(
    st.one_of(
        st.text(st.characters(exclude_categories=[]), max_size=12),
        st.sampled_from(
            [
                GITHUB, "password", "=", ":", '"', "'", "\\", "\n", "\0", "\ud800", "\u0130", " ", "<private>", "</private>", "://u:",
                "@host", "secret", "9f2c4b7e6a1d8053", "Cookie: a=", "Bearer ", "[REDACTED:", "]", "[REDACTED:x:01234567]", "?key=",
                "ada@shop.dev", "+49 170 1234567", "-----BEGIN PRIVATE KEY-----", "A" * 40, "api_key", "Tr0ub4dor&3", "${X}", "sk-",
            ]
        ),
    ),
    max_size=24,
).map("".join)  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(text=SOUP, conversation=st.booleans())
def test_redacting_again_changes_nothing_and_nothing_raises(text: str, conversation: bool) -> None:  # noqa: FBT001 - a parameter of the test
    once = Redactor(KEY).redact(text, conversation=conversation)
    again = Redactor(KEY).redact(once.text, conversation=conversation)

    assert again.text == once.text
    assert again.counts == {}


@settings(deadline=None, max_examples=200)
@given(text=SOUP)
def test_findings_are_in_order_apart_and_inside_the_text(text: str) -> None:
    found = find_secrets(text, conversation=True)
    edges = [edge for one in found for edge in (one.start, one.end)]

    assert edges == sorted(edges)
    assert all(one.start < one.end <= len(text) for one in found)


def test_a_redactor_works_in_another_process() -> None:
    redactor = Redactor(KEY)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        elsewhere = pool.submit(redactor.redact, f"is {GITHUB}").result(timeout=60)

    assert elsewhere == redactor.redact(f"is {GITHUB}")
