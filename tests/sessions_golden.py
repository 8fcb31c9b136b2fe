"""Golden cases of importers: what stands in the log after the files of `fixtures/sessions/<tool>/<case>/` were imported.

All but `expected.json` is what the tool left. A case with a folder `home` is looked through as the home folder of a person
would be (with an empty environment, on Linux); of any other, each file is given to the importer by name.
`python tests/sessions_golden.py [TOOL[/CASE]]` writes the expectations anew: read the difference before it is kept.
"""

import json
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from holdfast.redaction.redactor import RULES_VERSION
from holdfast.sessions.entries.entry import Entry, read_entry
from holdfast.sessions.identity.pseudonyms import SHARED_KEY
from holdfast.sessions.importers.import_file import FileImporter
from holdfast.sessions.importers.importer import Importer
from holdfast.sessions.importers.record import Outcome
from holdfast.sessions.importers.registry import importers
from holdfast.sessions.importers.surroundings import Surroundings
from holdfast.sessions.log.store import SessionLog
from sessions_fixture import problems_in, rows

FIXTURES: Final = Path(__file__).parent.parent / "fixtures" / "sessions"
EXPECTED: Final = "expected.json"
HOME: Final = "home"
_KEY: Final = "5e" * 32


@dataclass(frozen=True, slots=True)
class Case:
    """One folder of `fixtures/sessions/<tool>`."""

    tool: str
    name: str

    def __str__(self) -> str:
        return f"{self.tool}/{self.name}"

    @property
    def folder(self) -> Path:
        """Where its files lie."""
        return FIXTURES / self.tool / self.name


def cases() -> list[Case]:
    """All cases, in order."""
    return [Case(path.parent.name, path.name) for path in sorted(FIXTURES.glob("*/*")) if path.is_dir()]


def importer_of(tool: str, home: Path) -> Importer:
    """The importer for `tool`, as it is for a person whose home folder is `home`."""
    found = {importer.tool: importer for importer in importers(Surroundings(home, folder=home))}
    return found[tool]


def inputs_of(case: Case, folder: Path) -> list[Path]:
    """The files of `case`, as the importer finds them or as they are named; they lie in `folder`."""
    if (folder / HOME).is_dir():
        return [found.path for found in importer_of(case.tool, folder / HOME).find()]
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != EXPECTED)
    return [path for path in sorted(files) if importer_of(case.tool, folder / HOME).recognises(path)]


def file_importer(data: Path, home: Path) -> FileImporter:
    """An importer into the log in `data`, whose pseudonyms are the same at each run."""
    (data / SHARED_KEY).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not (data / SHARED_KEY).exists():  # Another process may be reading it.
        (data / SHARED_KEY).write_text(_KEY)
    return FileImporter(SessionLog(data / "sessions.db"), home)


def import_all(case: Case, folder: Path, data: Path) -> Outcome:
    """Import the files of `case`, which lie in `folder`; what came of all of them."""
    total = Outcome()
    into = file_importer(data, folder / HOME)
    for path in inputs_of(case, folder):
        outcome = into.import_file(importer_of(case.tool, folder / HOME), path)
        total.met |= outcome.met
        total.imported |= outcome.imported
        total.failed += outcome.failed
        total.problems += outcome.problems
        for name, count in outcome.unknown.items():
            total.unknown[name] = total.unknown.get(name, 0) + count
    into.close()
    return total


def stored(data: Path) -> dict[str, list[dict[str, object]]]:
    """The sessions in the log in `data`, by the tool's own id, each with its entries in order, without ids made here."""
    assert problems_in(data / "sessions.db") == []
    entries = [
        read_entry(str(body)) for (body,) in rows(data / "sessions.db", "SELECT body FROM entry ORDER BY session, hlc")
    ]
    names = {entry.id: entry.native_id for entry in entries}
    natives = {
        entry.place.session: str(part["id"]) for entry in entries for part in entry.parts if part.get("to") == "native"
    }
    sessions: dict[str, list[dict[str, object]]] = {}
    for entry in entries:
        sessions.setdefault(natives[entry.place.session], []).append(_plain(entry, names, natives))
    return dict(sorted(sessions.items()))


def _plain(entry: Entry, names: dict[str, str | None], natives: dict[str, str]) -> dict[str, object]:
    body = json.loads(entry.body)
    told = {
        "kind": entry.kind,
        "role": entry.role,
        "id": entry.native_id,
        "parent": names[entry.parent] if entry.parent else None,
        **{name: body["src"].get(name) for name in ("at", "model", "sidechain")},
        "redacted": body["redact"]["counts"],
        "parts": [_part(part, natives) for part in body["parts"]],
    }
    assert entry.kind == "session.start" or body["redact"]["rules_v"] == RULES_VERSION
    return {name: value for name, value in told.items() if value not in (None, {}, [])}


def _part(part: dict[str, object], natives: dict[str, str]) -> dict[str, object]:
    session = part.get("session")
    return {**part, "session": natives.get(session, "elsewhere")} if isinstance(session, str) else part


def result_of(case: Case) -> dict[str, object]:
    """What importing `case` comes to."""
    with tempfile.TemporaryDirectory() as scratch:
        folder, data = Path(scratch, "case"), Path(scratch, "data")
        shutil.copytree(case.folder, folder, symlinks=True)
        (folder / EXPECTED).unlink(missing_ok=True)
        outcome = import_all(case, folder, data)
        told: dict[str, object] = {
            "failed": outcome.failed,
            "problems": outcome.problems,
            "unknown": dict(sorted(outcome.unknown.items())),
        }
        found = stored(data) if (data / "sessions.db").exists() else {}
        return {**{name: value for name, value in told.items() if value}, "sessions": found}


if __name__ == "__main__":
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    for one in cases():
        if str(one).startswith(wanted):
            text = json.dumps(result_of(one), indent=1, ensure_ascii=False)
            (one.folder / EXPECTED).write_text(f"{text}\n", encoding="utf-8")
            sys.stdout.write(f"{one}\n")
