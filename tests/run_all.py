"""Everything `make test` runs, and one last line that sums it up: `P passed, F failed, S skipped`.

Gates (lint, types, format) count as one test each; suites count what their JUnit reports say. Two lanes run side by
side: the types and the Python tests, shown as they go, and the short steps, each shown when it has ended. The
real-editor tests have the machine to themselves: they come last.
"""

import os
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REPORTS = ROOT / "build" / "reports"
BIN = Path(sys.executable).parent
BROWSERS = (os.environ.get("CHROMIUM") or "chromium", "chromium-browser", "google-chrome")
MOST_WORKERS = 8
"""Each Python worker reads all the tests first, about ten seconds; more of them gain little."""
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""Without bytecode each of a thousand processes would compile everything it imports."""


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
    live: bool = False

    def run(self) -> Count:
        code = execute(self.name, self.command, self.folder, live=self.live)
        return Count(passed=int(code == 0), failed=int(code != 0))


@dataclass(frozen=True, slots=True)
class Suite:
    """A test runner that writes a JUnit report to `{report}`."""

    name: str
    command: tuple[str, ...]
    folder: Path = ROOT
    live: bool = False

    def run(self) -> Count:
        report = REPORTS / f"{self.name.replace(' ', '-')}.xml"
        report.unlink(missing_ok=True)
        command = [part.replace("{report}", str(report)) for part in self.command]
        code = execute(self.name, command, self.folder, live=self.live)
        count = read_report(report)
        if count == Count() or (code != 0 and count.failed == 0):
            print(f"{self.name}: exit {code} without a failed test in its report", flush=True)
            return count + Count(failed=1)
        return count


NPM_REPORT = ("npm", "run", "--silent", "test:report", "--", "{report}")
IN_PARALLEL = ("-n", "auto", "--maxprocesses", str(MOST_WORKERS), "--dist", "worksteal")

LONG = (
    Gate("mypy", (str(BIN / "mypy"), "--no-error-summary"), live=True),
    Suite("pytest", (str(BIN / "python"), "-m", "pytest", "-q", *IN_PARALLEL, "--junitxml={report}"), live=True),
)
SHORT = (
    Gate("ruff check", (str(BIN / "ruff"), "check", "server", "tests")),
    Gate("ruff format", (str(BIN / "ruff"), "format", "--check", "--quiet", "server", "tests")),
    Gate("extension check", ("npm", "run", "--silent", "check"), ROOT / "extension"),
    Suite("extension", NPM_REPORT, ROOT / "extension"),
)
EDITOR_SETUP = Gate("editor setup", ("make", "--no-print-directory", "build/editor/ready", "vsix"))
EDITOR = Suite("editor", NPM_REPORT, ROOT / "tests" / "editor", live=True)


def execute(name: str, command: Sequence[str], folder: Path, *, live: bool) -> int:
    """Its exit code; the output is shown as it comes, or, where another step is `live`, all at the end."""
    started = time.monotonic()
    if live:
        print(f"\n== {name}", flush=True)
    into = None if live else subprocess.PIPE
    ran = subprocess.run(
        command,
        cwd=folder,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=into,
        stderr=subprocess.STDOUT,
        check=False,
    )
    shown = "" if live else f"\n== {name}\n{ran.stdout.decode(errors='replace')}"
    ended = "ok" if ran.returncode == 0 else f"exit {ran.returncode}"
    print(f"{shown}== {name}: {ended} in {time.monotonic() - started:.0f} s", flush=True)
    return ran.returncode


def read_report(report: Path) -> Count:
    """What a report counts; one that is not there, or torn because its runner was killed, counts nothing."""
    try:
        cases = ET.parse(report).iter("testcase")  # noqa: S314 - written a moment ago by our own runner
    except (FileNotFoundError, ET.ParseError):
        return Count()
    count = Count()
    for case in cases:
        if case.find("skipped") is not None:
            count += Count(skipped=1)
        elif case.find("failure") is not None or case.find("error") is not None:
            count += Count(failed=1)
        else:
            count += Count(passed=1)
    return count


def has_browser() -> bool:
    return any(map(shutil.which, BROWSERS))


def count_missing_browser() -> Count:
    """Without a browser the real-editor tests are skipped aloud, and in CI that is a failure."""
    in_ci = os.environ.get("CI") == "true"
    print(f"\n!! THE REAL-EDITOR TESTS DID NOT RUN: none of {', '.join(BROWSERS)} is on PATH", end=" ")
    print("(on Debian: apt-get install chromium; or name one in the variable CHROMIUM).")
    return Count(failed=1) if in_ci else Count(skipped=1)


def run_in_turn(steps: Iterable[Gate | Suite]) -> Count:
    total = Count()
    for step in steps:
        total += step.run()
    return total


def main() -> int:
    REPORTS.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(max_workers=1) as lane:
        short = lane.submit(run_in_turn, SHORT)
        prepared = lane.submit(EDITOR_SETUP.run) if has_browser() else None
        total = run_in_turn(LONG) + short.result()
    if prepared is None:
        total += count_missing_browser()
    else:
        total += prepared.result()
        total += EDITOR.run() if prepared.result().failed == 0 else Count()
    print(f"\n{total.passed} passed, {total.failed} failed, {total.skipped} skipped", flush=True)
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())
