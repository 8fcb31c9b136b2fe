from itertools import count
from pathlib import Path

from embedded_project import File
from holdfast.evaluation.embedded_accuracy import measure_embedded, pick_places

SAME = "def load(path):\n    return json.loads(path.read_text())\n"
TWINS = [File("a.py", "python", SAME), File("b.py", "python", SAME)]
LONER = [File("only.py", "python", SAME)]


def test_places_are_seeded_and_strictly_inside_the_text_of_a_line() -> None:
    places = pick_places(TWINS, 200, seed=3)
    assert places == pick_places(TWINS, 200, seed=3)
    assert places != pick_places(TWINS, 200, seed=4)
    for place in places:
        assert place.rest
        assert place.before.rpartition("\n")[2].strip()
        assert SAME.startswith(place.before + place.rest)


def test_what_stands_in_another_file_is_given_and_right(tmp_path: Path) -> None:
    report = measure_embedded(tmp_path, TWINS, count=100, seed=1, clock=lambda: 0.0)
    assert report.long.precision == 1.0
    assert report.long.share > 0.4
    assert report.long.places == 100


def test_the_file_itself_is_held_out(tmp_path: Path) -> None:
    report = measure_embedded(tmp_path, LONER, count=100, seed=1, clock=lambda: 0.0)
    assert (report.long.right, report.corpus.files) == (0, 1)


def test_times_are_those_of_the_answers_and_too_late_is_silent(tmp_path: Path) -> None:
    ticks = count()
    report = measure_embedded(tmp_path, TWINS, count=20, seed=1, clock=lambda: float(next(ticks)))
    assert report.p95_ms >= report.p50_ms >= 1000.0
    assert (report.long.given, report.short.given) == (0, 0)


def test_nothing_to_measure_is_a_report_of_nothing(tmp_path: Path) -> None:
    report = measure_embedded(tmp_path, [], count=10, seed=1)
    assert (report.long.given, report.long.precision, report.long.share) == (0, 0.0, 0.0)
