import json
from pathlib import Path

from cli_process import holdfast, holdfast_at_once
from holdfast.redaction.redactor import RULES_VERSION

SECRET = "Tr0ub4dor&3"  # noqa: S105 - made up


def test_it_tells_where_what_and_how_many_but_never_the_secret(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"PORT=80\nDB_PASSWORD={SECRET}\nMAIL=ada@shop.dev\n", encoding="utf-8")

    page, plain, talk = holdfast_at_once(
        ["redact", ".env"], ["redact", ".env", "--json"], ["redact", ".env", "--json", "--conversation"], cwd=tmp_path
    )

    assert (page.code, plain.code, talk.code) == (0, 0, 0)
    assert SECRET not in page.out + plain.out + talk.out
    assert ".env:2:13" in page.out
    assert "1 password" in page.out
    assert json.loads(plain.out) == {
        "rules_version": RULES_VERSION,
        "counts": {"password": 1},
        "places": [{"line": 2, "column": 13, "rule": "password", "characters": 11}],
    }
    assert json.loads(talk.out)["counts"] == {"password": 1, "email": 1}


def test_where_nothing_is_found_it_says_so_and_any_bytes_are_read(tmp_path: Path) -> None:
    (tmp_path / "noise").write_bytes(bytes(range(256)) * 100)

    ran = holdfast("redact", "noise", cwd=tmp_path)

    assert (ran.code, ran.out) == (0, "Nothing would be taken out.\n")


def test_a_file_that_is_not_there_is_an_error_with_its_code(tmp_path: Path) -> None:
    ran = holdfast("redact", "nowhere", cwd=tmp_path)

    assert ran.code == 3
    assert "Cannot read nowhere" in ran.err
