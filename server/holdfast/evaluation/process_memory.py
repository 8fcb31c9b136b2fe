"""What processes weigh: the kernel's proportional set size, in which a shared page counts for its part."""

import re
from pathlib import Path
from typing import Final

_PSS: Final = re.compile(r"^Pss:\s+(\d+) kB$", re.MULTILINE)
_PROCESSES: Final = Path("/proc")


def family_of(pid: int, processes: Path = _PROCESSES) -> tuple[int, ...]:
    """`pid` and all that descend from it, as far as they live; empty where the kernel does not say."""
    children: dict[int, list[int]] = {}
    for entry in processes.glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text(errors="replace").rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        children.setdefault(int(fields[1]), []).append(int(entry.name))
    if not (processes / str(pid)).is_dir():
        return ()
    family = [pid]
    for member in family:
        family += sorted(children.get(member, ()))
    return tuple(family)


def pss_bytes(pid: int, processes: Path = _PROCESSES) -> int | None:
    """The proportional set size of one process; None where the kernel does not say, or the process is gone."""
    try:
        found = _PSS.search((processes / str(pid) / "smaps_rollup").read_text())
    except OSError:
        return None
    return 1024 * int(found[1]) if found is not None else None


def family_pss_bytes(pid: int, processes: Path = _PROCESSES) -> dict[int, int]:
    """The sizes of `pid` and all that descend from it, by process; empty where they cannot be known."""
    sizes = {member: pss_bytes(member, processes) for member in family_of(pid, processes)}
    return {member: size for member, size in sizes.items() if size is not None}
