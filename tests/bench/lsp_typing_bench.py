"""Typing traces over LSP in real time: `python tests/bench/lsp_typing_bench.py [--json FILE] [--sessions N] [--only NAME]`.

The sessions of typing_bench.py, replayed by the same code against a real `holdfast serve` process, with the simulated
server behind a real port of loopback; and in virtual time, so that a reader sees whether the two agree.
"""

import argparse
import asyncio
import json
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))

from bench.typing_bench import MACHINES, PACKAGES, SEED
from holdfast.evaluation.lsp_typing import LspTypingClient
from holdfast.evaluation.real_sidecar import SidecarPlace, indexed_sidecar, start_sidecar
from holdfast.evaluation.simulated_server import SimulatedServer
from holdfast.evaluation.third_party import fetch_package, read_package
from holdfast.evaluation.typing_answers import Accuracy, TypedModel
from holdfast.evaluation.typing_clients import connect_holdfast
from holdfast.evaluation.typing_replay import ReplayCount, TypingClient, replay
from holdfast.evaluation.typing_trace import Session, SourceFile, draw_sessions
from holdfast.evaluation.virtual_time import run_virtually
from holdfast.locations import Locations
from holdfast.workspace_folder import WorkspaceFolder
from simulated_ollama import SimulatedOllama

ROWS: tuple[tuple[Accuracy, str], ...] = (
    ("right", ""),
    ("half right", ""),
    ("wrong", ""),
    ("right", ", slow machine"),
)
AT_ONCE = 4
"""Sessions typed at the same time, each with a sidecar and a server of its own: a key keeps a core busy for 5 of 120 ms."""


@dataclass(frozen=True, slots=True)
class Project:
    """A package's copy with a place for its sidecars, and what is typed in it."""

    place: SidecarPlace
    sessions: Sequence[Session]


async def type_over_lsp(project: Project, session: Session, accuracy: Accuracy, machine: str, seed: int) -> ReplayCount:
    """One session in real time."""
    prefill, decode = MACHINES[machine]
    doors: list[SimulatedOllama] = []

    async def connect(server: SimulatedServer) -> TypingClient:
        door = SimulatedOllama(server)
        await asyncio.to_thread(door.__enter__)
        doors.append(door)
        sidecar = await start_sidecar(project.place, {"endpoint": door.endpoint, "embedded": "off"})
        await sidecar.until_notified("holdfast/status", state="ready")
        return LspTypingClient(sidecar)

    try:
        model = TypedModel(accuracy, seed)
        return await replay(session, project.place.root, connect, model, prefill=prefill, decode=decode)
    finally:
        for door in doors:
            await asyncio.to_thread(door.__exit__, None, None, None)


async def measure(
    projects: Sequence[Project], rows: Sequence[tuple[Accuracy, str]], seed: int
) -> dict[str, ReplayCount]:
    """The counts of each row over all sessions, in real time."""
    for project in projects:
        async with indexed_sidecar(project.place, {"provider": "none"}):
            pass
    free = asyncio.Semaphore(AT_ONCE)
    counts = {accuracy + machine: ReplayCount() for accuracy, machine in rows}

    async def one(project: Project, session: Session, accuracy: Accuracy, machine: str) -> None:
        async with free:
            counts[accuracy + machine].add(await type_over_lsp(project, session, accuracy, machine, seed))

    async with asyncio.TaskGroup() as group:
        for accuracy, machine in rows:
            for project in projects:
                for session in project.sessions:
                    group.create_task(one(project, session, accuracy, machine))
    return counts


def virtually(projects: Sequence[Project], rows: Sequence[tuple[Accuracy, str]], seed: int) -> dict[str, ReplayCount]:
    """The same sessions in virtual time, without a process."""
    counts = {accuracy + machine: ReplayCount() for accuracy, machine in rows}
    for project in projects:
        place = project.place
        folder = WorkspaceFolder(place.root, place.locations, manifest_file=None)
        connect = partial(_connect_virtually, folder, place.directory)
        for accuracy, machine in rows:
            prefill, decode = MACHINES[machine]
            for session in project.sessions:
                model = TypedModel(accuracy, seed)
                typing = replay(session, place.root, connect, model, prefill=prefill, decode=decode)
                counts[accuracy + machine].add(run_virtually(typing))
        folder.close()
    return counts


async def _connect_virtually(folder: WorkspaceFolder, scratch: Path, server: SimulatedServer) -> TypingClient:
    return await connect_holdfast(server, folder, scratch)


def _project(package: str, sessions: int, seed: int, scratch: Path) -> Project:
    name, _, version = package.partition("==")
    root = scratch / name / "workspace"
    source = fetch_package(name, version, Path("build/bench"))
    shutil.copytree(source, root)
    files = [SourceFile(file.path, file.language, file.text) for file in read_package(source)]
    locations = Locations(data=scratch / name / "data", cache=scratch / name / "cache")
    return Project(SidecarPlace(root, locations), draw_sessions(files, sessions, seed))


def _print(real: Mapping[str, ReplayCount], virtual: Mapping[str, ReplayCount]) -> None:
    print(f"{'model, machine':28} {'on screen':>17} {'requests/key':>17} {'bytes/key':>17} {'keys':>6}")
    print(f"{'':28} {'over LSP  virtual':>17} {'over LSP  virtual':>17} {'over LSP  virtual':>17}")
    for name, count in real.items():
        pairs = zip(_figures(count), _figures(virtual[name]), strict=True)
        print(f"{name:28}", *(f"{ours:8.3f}  {theirs:7.3f}" for ours, theirs in pairs), f"{count.keystrokes:6}")


def _figures(count: ReplayCount) -> tuple[float, float, float]:
    keys = max(1, count.keystrokes)
    return count.share_on_screen, count.requests / keys, count.prefilled_bytes / keys


def main() -> int:
    """Print the table; write it as JSON too when asked."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", type=Path)
    options.add_argument("--sessions", type=int, default=1, help="sessions for each package")
    options.add_argument("--packages", nargs="*", default=PACKAGES, metavar="NAME==VERSION")
    options.add_argument("--seed", type=int, default=SEED)
    options.add_argument("--only", help="the one row of this name")
    asked = options.parse_args()
    rows = [row for row in ROWS if asked.only in (None, row[0] + row[1])]
    with tempfile.TemporaryDirectory() as scratch:
        projects = [_project(name, asked.sessions, asked.seed, Path(scratch).resolve()) for name in asked.packages]
        real = asyncio.run(measure(projects, rows, asked.seed))
        virtual = virtually(projects, rows, asked.seed)
    _print(real, virtual)
    if asked.json is not None:
        asked.json.parent.mkdir(parents=True, exist_ok=True)
        report = {name: {"over LSP": asdict(real[name]), "virtual": asdict(virtual[name])} for name in real}
        asked.json.write_text(json.dumps(report, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
