"""Typing traces against a simulated server: `python tests/bench/typing_bench.py [--json FILE] [--sessions N]`.

Fetches packages by name, indexes them, and types real lines of theirs again with Holdfast and with a naive client.
"""

import argparse
import json
import shutil
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from holdfast.evaluation.simulated_server import DECODE_BYTES_PER_SECOND, PREFILL_BYTES_PER_SECOND
from holdfast.evaluation.third_party import fetch_package
from holdfast.evaluation.typing_clients import connect_holdfast, connect_naive
from holdfast.evaluation.typing_replay import Connect, ReplayCount, replay
from holdfast.evaluation.typing_trace import Session, SourceFile, draw_sessions
from holdfast.evaluation.virtual_time import run_virtually
from holdfast.index.index_once import index_once
from holdfast.locations import Locations
from holdfast.workspace_folder import WorkspaceFolder

PACKAGES = (("flask", "3.1.2"), ("httpcore", "1.0.9"))
SEED = 2026
SLOW = (1_500.0, 150.0)


def main() -> int:
    """Print the table; write it as JSON too when asked."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", type=Path)
    options.add_argument("--sessions", type=int, default=6, help="sessions for each package")
    asked = options.parse_args()
    rows: dict[str, ReplayCount] = {}
    cache = Path("build/bench")
    with tempfile.TemporaryDirectory() as scratch:
        for name, version in PACKAGES:
            # Outside this repository, whose ignore rules leave build/ out.
            root = Path(scratch).resolve() / name / "workspace"
            shutil.copytree(fetch_package(name, version, cache), root)
            folder = _indexed(root, Path(scratch) / name)
            sessions = draw_sessions(_files(folder.root), asked.sessions, SEED)
            _type_all(rows, sessions, folder, Path(scratch))
            folder.close()
    print(f"{'client':28} {'on screen':>9} {'requests/key':>12} {'new bytes/key':>13} {'primed':>8} {'keys':>6}")
    for client, count in rows.items():
        keys = max(1, count.keystrokes)
        print(
            f"{client:28} {count.share_on_screen:9.3f} {count.requests / keys:12.3f}"
            f" {count.prefilled_bytes / keys:13.1f} {count.primed_bytes / keys:8.1f} {count.keystrokes:6}"
        )
    if asked.json is not None:
        asked.json.parent.mkdir(parents=True, exist_ok=True)
        asked.json.write_text(json.dumps({name: asdict(count) for name, count in rows.items()}, indent=1))
    return 0


def _type_all(
    rows: dict[str, ReplayCount], sessions: tuple[Session, ...], folder: WorkspaceFolder, scratch: Path
) -> None:
    fast = (PREFILL_BYTES_PER_SECOND, DECODE_BYTES_PER_SECOND)
    holdfast: Connect = lambda server: connect_holdfast(server, folder, scratch)  # noqa: E731 - a table of two clients
    naive: Connect = lambda server: connect_naive(server, folder)  # noqa: E731
    cases = (("Holdfast", holdfast, fast), ("naive", naive, fast), ("Holdfast, slow machine", holdfast, SLOW))
    for name, connect, (prefill, decode) in (*cases, ("naive, slow machine", naive, SLOW)):
        total = rows.setdefault(name, ReplayCount())
        for session in sessions:
            total.add(run_virtually(replay(session, folder.root, connect, prefill=prefill, decode=decode)))


def _indexed(root: Path, place: Path) -> WorkspaceFolder:
    locations = Locations(data=place / "data", cache=place / "cache")
    index_once(root, locations.workspace_cache(root), lambda _: None)
    return WorkspaceFolder(root, locations, manifest_file=None)


def _files(root: Path) -> list[SourceFile]:
    return [
        SourceFile(path.relative_to(root).as_posix(), "python", path.read_text(encoding="utf-8"))
        for path in sorted(root.rglob("*.py"))
    ]


if __name__ == "__main__":
    sys.exit(main())
