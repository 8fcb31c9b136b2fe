"""What sharing costs: `python tests/bench/sync_bench.py [--json FILE] [--entries 100000]`.

Two machines share a made-up log, once over a folder and once over a git server on loopback: the first sync of each, and the
one after a new session, in seconds and in bytes that travel.
"""

import argparse
import json
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from git_server import make_bare, serve
from holdfast.sessions.entries.entry import Draft, Entry
from holdfast.sessions.entries.kinds import MESSAGE, SESSION_END
from holdfast.sessions.entries.series import Series
from holdfast.sharing.folder import prepare_folder
from holdfast.sharing.git import GitRemote
from holdfast.sharing.git_command import GitRepository
from holdfast.sharing.transport import Transport
from sharing_homes import NOW_MS, REDACTED, Home, pair

_IN_A_SESSION: Final = 100
_WORDS: Final = tuple(
    re.findall(
        r"\w+",
        """
        the a we retry request parser timeout cache index session token buffer because when test fails lazily first then
        return value error handler config setting default server client queue lock thread async await file path line
        """,
    )
)


def main() -> int:
    """Measure over both places; always 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="write the numbers here")
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=2027)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        base = Path(scratch)
        written = _write_log(base / "log", options.entries, random.Random(options.seed))
        places = {"folder": _over_folder(base, options.seed)}
        places["git"] = _over_git(base, options.seed)
        report = {"entries": options.entries, "bytes_of_entries": written, "seed": options.seed, **places}
    print(_table(report))
    if options.json:
        options.json.write_text(json.dumps(report, indent=1))
    return 0


def _write_log(folder: Path, entries: int, chance: random.Random) -> int:
    """The log of one machine, without what search and memory keep beside it: sharing does not read that; the entries' bytes."""
    home = Home(folder, "desk", [])
    log = home.log()
    dev = home.dev
    sessions = [_sealed(dev, number, chance) for number in range(entries // _IN_A_SESSION)]

    def insert(connection: sqlite3.Connection) -> None:
        for made in sessions:
            rows = [
                (dev, one.place.session, one.place.seq, one.id, one.place.hlc, one.kind, one.place.project, one.body)
                for one in made
            ]
            connection.executemany(
                "INSERT INTO entry (dev, session, seq, id, hlc, kind, project, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                rows,
            )
            connection.execute(
                "INSERT INTO series VALUES (?, ?, ?, ?, 'ended')", (dev, rows[-1][1], rows[-1][2], rows[-1][3])
            )

    log.change(insert)
    log.close()
    return sum(len(one.body.encode()) for made in sessions for one in made)


def _sealed(dev: str, number: int, chance: random.Random) -> list[Entry]:
    series = Series(dev=dev, session=f"session {number:06}", project=f"{number % 7:064x}")
    return [series.extend(draft) for draft in _session(chance, _IN_A_SESSION)]


def _session(chance: random.Random, entries: int) -> list[Draft]:
    drafts = []
    for number in range(entries - 1):
        sentences = (_sentence(chance) for _ in range(chance.randrange(1, 9)))
        text = " ".join([*sentences, f"See {chance.getrandbits(64):x}."])
        role = "user" if number % 2 == 0 else "assistant"
        drafts.append(Draft(NOW_MS + number, MESSAGE, ({"type": "text", "text": text},), role=role, redact=REDACTED))
    return [*drafts, Draft(NOW_MS + entries, SESSION_END, ())]


def _sentence(chance: random.Random) -> str:
    words = " ".join(chance.choice(_WORDS) for _ in range(chance.randrange(4, 16)))
    return f"{words.capitalize()}."


def _over_folder(base: Path, seed: int) -> dict[str, float]:
    shared = base / "shared"

    def size() -> int:
        return sum(path.stat().st_size for path in shared.rglob("*") if path.is_file())

    return _measured(base / "over folder", base / "log", lambda _: prepare_folder(shared), size, seed)


def _over_git(base: Path, seed: int) -> dict[str, float]:
    served = base / "served"
    served.mkdir()
    bare = make_bare(served / "sessions.git")

    def size() -> int:
        subprocess.run(["git", "-C", str(bare), "gc", "--quiet"], check=True)
        return sum(path.stat().st_size for path in (bare / "objects").rglob("*") if path.is_file())

    with serve(served) as url:

        def place(home: Home) -> Transport:
            repository = GitRepository(base / "repositories" / home.name)
            repository.make()
            return GitRemote(repository, f"{url}sessions.git", home.dev)

        return _measured(base / "over git", base / "log", place, size, seed)


def _measured(
    folder: Path, log: Path, place: Callable[[Home], Transport], size: Callable[[], int], seed: int
) -> dict[str, float]:
    shutil.copytree(log, folder)
    desk, laptop = Home(folder, "desk", []), Home(folder, "laptop", [])
    for home in (desk, laptop):
        home.places = [place(home)]
    pair(desk, laptop)
    before = size()
    first_send, _ = _timed(desk)
    sent = size()
    first_receive, received = _timed(laptop)
    new = desk.log()
    new.append(desk.dev, "a new session", f"{0:064x}", _session(random.Random(seed + 1), _IN_A_SESSION))
    new.close()
    next_send, _ = _timed(desk)
    next_size = size()
    next_receive, _ = _timed(laptop)
    return {
        "first_send_s": first_send,
        "first_receive_s": first_receive,
        "first_bytes": sent - before,
        "received": received,
        "next_send_s": next_send,
        "next_receive_s": next_receive,
        "next_bytes": next_size - sent,
    }


def _timed(home: Home) -> tuple[float, int]:
    began = time.perf_counter()
    report = home.sync()
    return round(time.perf_counter() - began, 3), sum(report.received.values())


def _table(report: dict[str, object]) -> str:
    lines = [
        "| place | first send | first receive | bytes | next send | next receive | bytes |",
        "|---|---|---|---|---|---|---|",
    ]
    for name in ("folder", "git"):
        one = report[name]
        if isinstance(one, dict):
            lines.append(
                f"| {name} | {one['first_send_s']:.1f} s | {one['first_receive_s']:.1f} s | {one['first_bytes']:,} "
                f"| {one['next_send_s']:.2f} s | {one['next_receive_s']:.2f} s | {one['next_bytes']:,} |"
            )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
