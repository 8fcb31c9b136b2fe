"""Typing traces against a simulated server: `python tests/bench/typing_bench.py [--json FILE] [--sessions N]`.

Fetches packages by name, indexes them, and types real lines of theirs again with Holdfast and with a naive client: with
a model that is right, right on half of the lines only from some column on, and always wrong, on two machines.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from holdfast.evaluation.simulated_server import DECODE_BYTES_PER_SECOND, PREFILL_BYTES_PER_SECOND
from holdfast.evaluation.third_party import fetch_package
from holdfast.evaluation.typing_answers import Accuracy, TypedModel
from holdfast.evaluation.typing_clients import connect_holdfast, connect_naive
from holdfast.evaluation.typing_replay import Connect, ReplayCount, replay
from holdfast.evaluation.typing_trace import Session, SourceFile, draw_sessions
from holdfast.evaluation.virtual_time import run_virtually
from holdfast.index.index_once import index_once
from holdfast.locations import Locations
from holdfast.workspace_folder import WorkspaceFolder

PACKAGES = ("trio==0.27.0", "requests==2.32.3")
"""Nothing was tuned on these. jinja2, click, werkzeug, flask and httpcore are for that; starlette and httpx were for reports
before, and what they showed once moved a constant."""
SEED = 2026
MACHINES = {"": (PREFILL_BYTES_PER_SECOND, DECODE_BYTES_PER_SECOND), ", slow machine": (1_500.0, 150.0)}
MODELS: tuple[Accuracy, ...] = ("right", "half right", "wrong")


def main() -> int:
    """Print the table; write it as JSON too when asked."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", type=Path)
    options.add_argument("--sessions", type=int, default=3, help="sessions for each package")
    options.add_argument("--packages", nargs="*", default=PACKAGES, metavar="NAME==VERSION")
    options.add_argument("--seed", type=int, default=SEED)
    options.add_argument("--only", default="", help="rows whose name holds this")
    asked = options.parse_args()
    rows: dict[str, ReplayCount] = {}
    cache = Path("build/bench")
    with tempfile.TemporaryDirectory() as scratch:
        for package in asked.packages:
            name, _, version = package.partition("==")
            # Outside this repository, whose ignore rules leave build/ out.
            root = Path(scratch).resolve() / name / "workspace"
            shutil.copytree(fetch_package(name, version, cache), root)
            folder = _indexed(root, Path(scratch) / name)
            sessions = draw_sessions(_files(folder.root), asked.sessions, asked.seed)
            _type_all(rows, sessions, folder, Path(scratch), only=asked.only, seed=asked.seed)
            folder.close()
    _print(rows)
    if asked.json is not None:
        asked.json.parent.mkdir(parents=True, exist_ok=True)
        asked.json.write_text(json.dumps({name: asdict(count) for name, count in rows.items()}, indent=1))
    return 0


def _type_all(
    rows: dict[str, ReplayCount],
    sessions: Sequence[Session],
    folder: WorkspaceFolder,
    scratch: Path,
    *,
    only: str,
    seed: int,
) -> None:
    clients: dict[str, Connect] = {
        "Holdfast": lambda server: connect_holdfast(server, folder, scratch),
        "naive": lambda server: connect_naive(server, folder),
    }
    for client, connect in clients.items():
        for machine, (prefill, decode) in MACHINES.items():
            for accuracy in MODELS:
                name = f"{client}, {accuracy}{machine}"
                if only not in name:
                    continue
                total = rows.setdefault(name, ReplayCount())
                for session in sessions:
                    model = TypedModel(accuracy, seed)
                    typing = replay(session, folder.root, connect, model, prefill=prefill, decode=decode)
                    total.add(run_virtually(typing))


def _print(rows: dict[str, ReplayCount]) -> None:
    print(
        f"{'client, model, machine':36} {'on screen':>9} {'whole':>6} {'requests/key':>12} {'bytes/key':>9} {'opening':>8}"
        f" {'pauses asked':>12} {'primings/key':>12} {'keys':>6}"
    )
    for name, count in rows.items():
        keys = max(1, count.keystrokes)
        on_screen = f"{count.share_on_screen:.3f}" if count.answerable else "-"
        whole = f"{count.whole_on_screen / count.answerable:.3f}" if count.answerable else "-"
        print(
            f"{name:36} {on_screen:>9} {whole:>6} {count.requests / keys:12.3f} {count.prefilled_bytes / keys:9.1f}"
            f" {count.opening_bytes / keys:8.1f} {count.asked_pauses / max(1, count.pauses):12.3f}"
            f" {count.primings / keys:12.4f} {count.keystrokes:6}"
        )


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
