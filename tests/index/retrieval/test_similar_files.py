"""Files that talk about the same things."""

from collections.abc import Callable

import pytest

from holdfast.index.retrieval.evidence import Answer
from holdfast.index.retrieval.similar_files import similar_files
from small_index import SmallIndex, Texts, look

TIDE = "def tide_at(harbour, moment):\n    level = harbour.gauge.read_level(moment)\n    return level + harbour.datum\n"
FILES = {
    "tide/high.py": "def high_water(harbour):\n    return max(harbour.gauge.read_level(at) + harbour.datum for at in spring_days)\n",
    "tide/low.ts": "export const low = (harbour: Harbour) => harbour.gauge.readLevel(neapDays);\n",
    "tide/table.py": "def print_table(rows):\n    return rows\n",
    "far/gauge.py": "def drain(gauge, datum):\n    return gauge.pump_out(datum)\n",
    **{f"noise/n{at}.py": f"def noise_{at}(value):\n    return value + {at}\n" for at in range(60)},
}


@pytest.fixture
def similar(make_index: Callable[[Texts], SmallIndex]) -> Callable[[str, str], Answer]:
    reader = make_index(FILES).reader
    return lambda path, marked: similar_files(reader, look(path, marked))


def test_the_more_rare_names_a_file_shares_the_more_its_names_count(similar: Callable[[str, str], Answer]) -> None:
    told = similar("tide/now.py", TIDE + "║").signs["similar_files"]

    assert told["spring_days"] > told["pump_out"] > 0
    assert "noise_3" not in told
    assert "neapDays" not in told


def test_code_is_that_of_the_similar_files(similar: Callable[[str, str], Answer]) -> None:
    code = similar("tide/now.py", TIDE + "║").code

    assert {chunk.path for chunk in code} == {"tide/high.py", "far/gauge.py"}


def test_the_file_itself_is_not_similar_to_itself(similar: Callable[[str, str], Answer]) -> None:
    answer = similar("tide/high.py", FILES["tide/high.py"] + "║")

    assert "high_water" not in answer.signs["similar_files"]
    assert "tide/high.py" not in {chunk.path for chunk in answer.code}


@pytest.mark.parametrize(
    "marked", ["║", "zzz = yyy║", "\0((║", "x" * 200_000 + "║"], ids=["empty", "strange", "odd", "long"]
)
def test_a_file_that_shares_nothing_finds_nothing(similar: Callable[[str, str], Answer], marked: str) -> None:
    answer = similar("new.py", marked)

    assert (answer.signs, answer.code) == ({"similar_files": {}}, ())
