import sys
from pathlib import Path

import pytest

import run_all
from run_all import IN_PARALLEL, Count, Gate, Suite

TESTS = {
    "test_mixed.py": "import pytest\ndef test_right(): pass\ndef test_wrong(): assert False\n@pytest.mark.skip\ndef test_no(): pass\n",
    "test_gone.py": "import os\ndef test_that_ends_its_worker(): os._exit(9)\ndef test_after_it(): pass\n",
}
PYTEST = (sys.executable, "-m", "pytest", "-q", "--junitxml={report}")


@pytest.fixture
def reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(run_all, "REPORTS", tmp_path)
    return tmp_path


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    for name, text in TESTS.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def test_what_passed_failed_and_was_skipped_is_counted_and_a_worker_that_ends_is_a_failure(
    reports: Path, suite: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert reports == suite
    counted = Suite("small suite", (*PYTEST, *IN_PARALLEL), suite).run()

    assert counted == Count(passed=2, failed=2, skipped=1)
    assert "== small suite: exit 1 in " in capfd.readouterr().out


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        pytest.param((sys.executable, "-c", "exit(3)"), Count(failed=1), id="it broke before it wrote a report"),
        pytest.param((sys.executable, "-c", "pass"), Count(failed=1), id="it ran nothing"),
        pytest.param(
            (
                sys.executable,
                "-c",
                "import os, sys; open(sys.argv[1], 'w').write('<testsuites>'); os.abort()",
                "{report}",
            ),
            Count(failed=1),
            id="it was killed while it wrote its report",
        ),
        pytest.param((*PYTEST, "-k", "right or no"), Count(passed=1, skipped=1), id="all is well"),
    ],
)
@pytest.mark.usefixtures("reports")
def test_a_suite_that_says_nothing_has_failed(command: tuple[str, ...], expected: Count, suite: Path) -> None:
    assert Suite("suite", command, suite).run() == expected


@pytest.mark.parametrize(("code", "expected"), [(0, Count(passed=1)), (2, Count(failed=1))])
def test_a_gate_is_one_test_and_its_words_are_shown(
    code: int, expected: Count, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    gate = Gate("gate", (sys.executable, "-c", f"import sys; print('its words'); sys.exit({code})"), tmp_path)

    assert gate.run() == expected
    assert capfd.readouterr().out.startswith("\n== gate\nits words\n== gate: ")
