import pytest

from holdfast.redaction.redactor import Redactor, find_secrets


@pytest.mark.parametrize(
    ("text", "rule", "value"),
    [
        pytest.param("write to ada.l+x@shop-mail.co.uk.", "email", "ada.l+x@shop-mail.co.uk", id="mail"),
        pytest.param("<ada@shop.dev>", "email", "ada@shop.dev", id="mail in brackets"),
        pytest.param("call +49 170 1234567 today", "phone", "+49 170 1234567", id="international"),
        pytest.param("call (212) 736-0187.", "phone", "(212) 736-0187", id="North American"),
        pytest.param("card 4012 8888 8888 1881 end", "card-number", "4012 8888 8888 1881", id="card"),
        pytest.param("IBAN GB82WEST12345698765432", "iban", "GB82WEST12345698765432", id="IBAN"),
    ],
)
def test_what_identifies_a_person_is_found_in_conversation_alone(text: str, rule: str, value: str) -> None:
    assert [(one.rule, text[one.start : one.end]) for one in find_secrets(text, conversation=True)] == [(rule, value)]
    assert find_secrets(text) == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("in 2026-05-04 10:12:01 at 127.0.0.1", id="dates and addresses"),
        pytest.param("version 1.234.567-8901", id="a version"),
        pytest.param("took 1234567890 ns, +1.5 and 1e+10", id="numbers"),
        pytest.param("order 4111 1111 1111 1112", id="a wrong check digit"),
        pytest.param("GB83WEST12345698765432", id="wrong check digits"),
        pytest.param("@decorator and a@b", id="at signs"),
        pytest.param("diff -12,6 +14,8 @@ x", id="a diff"),
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert Redactor(b"k").redact(text, conversation=True).text == text
