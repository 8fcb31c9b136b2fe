"""Everything `make test` runs, in order, and one last line that sums it up: `P passed, F failed, S skipped`.

Gates (lint, types, format) count as one test each; suites count what their JUnit reports say.
"""

import os
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REPORTS = ROOT / "build" / "reports"
BIN = Path(sys.executable).parent
BROWSERS = (os.environ.get("CHROMIUM") or "chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True, slots=True)
class Count:
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)


@dataclass(frozen=True, slots=True)
class Gate:
    """A command that passes or fails as one."""

    name: str
    command: tuple[str, ...]
    folder: Path = ROOT

    def run(self) -> Count:
        code = execute(self.name, self.command, self.folder)
        return Count(passed=int(code == 0), failed=int(code != 0))


@dataclass(frozen=True, slots=True)
class Suite:
    """A test runner that writes a JUnit report to `{report}`."""

    name: str
    command: tuple[str, ...]
    folder: Path = ROOT

    def run(self) -> Count:
        report = REPORTS / f"{self.name.replace(' ', '-')}.xml"
        report.unlink(missing_ok=True)
        code = execute(self.name, [part.replace("{report}", str(report)) for part in self.command], self.folder)
        count = read_report(report)
        if count == Count() or (code != 0 and count.failed == 0):
            print(f"{self.name}: exit {code} without a failed test in its report", flush=True)
            return count + Count(failed=1)
        return count


GATES = (
    Gate("ruff check", (str(BIN / "ruff"), "check", "server", "tests")),
    Gate("ruff format", (str(BIN / "ruff"), "format", "--check", "--quiet", "server", "tests")),
    Gate("mypy", (str(BIN / "mypy"), "--no-error-summary")),
    Gate("extension check", ("npm", "run", "--silent", "check"), ROOT / "extension"),
)
SUITES = (
    Suite("pytest", (str(BIN / "python"), "-m", "pytest", "-q", "--junitxml={report}")),
    Suite("extension", ("npm", "run", "--silent", "test:report", "--", "{report}"), ROOT / "extension"),
)
EDITOR = Suite("editor", ("npm", "run", "--silent", "test:report", "--", "{report}"), ROOT / "tests" / "editor")


def execute(name: str, command: Sequence[str], folder: Path) -> int:
    print(f"\n== {name}", flush=True)
    started = time.monotonic()
    code = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, check=False).returncode
    print(f"== {name}: {'ok' if code == 0 else f'exit {code}'} in {time.monotonic() - started:.0f} s", flush=True)
    return code


def read_report(report: Path) -> Count:
    if not report.is_file():
        return Count()
    count = Count()
    for case in ET.parse(report).iter("testcase"):  # noqa: S314 - written a moment ago by our own runner
        if case.find("skipped") is not None:
            count += Count(skipped=1)
        elif case.find("failure") is not None or case.find("error") is not None:
            count += Count(failed=1)
        else:
            count += Count(passed=1)
    return count


def run_editor_tests() -> Count:
    """The real-editor tests; without a browser they are skipped aloud, and in CI that is a failure."""
    if not any(map(shutil.which, BROWSERS)):
        in_ci = os.environ.get("CI") == "true"
        print(f"\n!! THE REAL-EDITOR TESTS DID NOT RUN: none of {', '.join(BROWSERS)} is on PATH", end=" ")
        print("(on Debian: apt-get install chromium; or name one in the variable CHROMIUM).")
        return Count(failed=1) if in_ci else Count(skipped=1)
    prepared = Gate("editor setup", ("make", "--no-print-directory", "build/editor/ready", "vsix")).run()
    return prepared if prepared.failed else prepared + EDITOR.run()


def main() -> int:
    REPORTS.mkdir(parents=True, exist_ok=True)
    total = Count()
    for step in (*GATES, *SUITES):
        total += step.run()
    total += run_editor_tests()
    sys.stderr.flush()
    print(f"\n{total.passed} passed, {total.failed} failed, {total.skipped} skipped", flush=True)
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())
