import sys
import unicodedata

from holdfast.cli.output import printable


def test_no_character_steers_the_terminal_or_shows_a_text_as_another() -> None:
    unseen = [
        mark for mark in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(mark) in {"Cc", "Cf", "Zl", "Zp"}
    ]
    shown = printable("".join(unseen))

    assert [mark for mark in shown if unicodedata.category(mark) in {"Cc", "Cf", "Zl", "Zp"}] == ["\t", "\n"]
    assert len(shown) == len(unseen)
    assert printable("caf\u00e9 \u4f60 \U0001f600") == "caf\u00e9 \u4f60 \U0001f600"
