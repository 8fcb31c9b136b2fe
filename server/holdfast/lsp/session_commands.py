"""The commands about the session log that an editor asks for; each blocks and is called in a worker thread."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ValidationError

from holdfast.errors import HoldfastError, ServerError, StorageError, UsageError
from holdfast.locations import Locations
from holdfast.lsp.progress import Report
from holdfast.lsp.session_rows import Known, hit_rows, rows_within
from holdfast.redaction.model_pass import Ask
from holdfast.redaction.redactor import Redactor
from holdfast.sessions.identity.device import load_device
from holdfast.sessions.identity.project import find_project
from holdfast.sessions.identity.pseudonyms import pseudonym_key
from holdfast.sessions.importers.consent import Consents
from holdfast.sessions.importers.find import find_all
from holdfast.sessions.importers.import_file import FileImporter
from holdfast.sessions.importers.importer import Importer
from holdfast.sessions.importers.registry import importers
from holdfast.sessions.importers.surroundings import surroundings
from holdfast.sessions.log.history import History, open_history
from holdfast.sessions.log.markdown import session_markdown
from holdfast.sessions.log.orders import Orders
from holdfast.sessions.log.store import SessionLog
from holdfast.sessions.memory.memory_file import rewrite_memory_files

Json = dict[str, object]

_MOST_ENTRIES: Final = 2_000
_MOST_HITS: Final = 50
_NOTHING: Final = "Nothing is recorded on this machine yet."


class _Asked(BaseModel):
    """The one argument of these commands; each looks at what concerns it."""

    within: str | None = None
    id: str = ""
    query: str = ""
    text: str = ""
    tools: list[str] | None = None


class SessionCommands:
    """Answers as JSON; `root` is the window's first folder, `model` whom importers ask. Raises HoldfastError."""

    def __init__(self, locations: Locations, root: Path | None, model: Callable[[], Ask | None] = lambda: None) -> None:
        self._locations = locations
        self._model = model
        self._root = root
        self._importers: tuple[Importer, ...] = importers(replace(surroundings(), folder=root))
        self._project: str | None = None

    def run(self, name: str, argument: object, report: Report) -> Json:
        """Carry out the command `name`; `report` takes words and a percentage of what lasts."""
        asked = _read(argument)
        commands: dict[str, Callable[[], Json]] = {
            "holdfast.listSessions": lambda: self._list(asked.within),
            "holdfast.readSession": lambda: self._read(asked.id),
            "holdfast.searchSessions": lambda: self._search(asked.query),
            "holdfast.pinSession": lambda: self._pin(asked.id, holds=True),
            "holdfast.unpinSession": lambda: self._pin(asked.id, holds=False),
            "holdfast.forgetSession": lambda: self._forget(asked.id),
            "holdfast.carryOn": self._carry_on,
            "holdfast.importSessions": lambda: (
                self._found() if asked.tools is None else self._import(asked.tools, report)
            ),
        }
        return commands[name]()

    def _list(self, within: str | None) -> Json:
        with self._history() as history:
            now = datetime.now(UTC).astimezone()
            return {"rows": rows_within(history, self._known(history), within, now) if history else []}

    def _read(self, prefix: str) -> Json:
        with self._history() as history:
            if history is None:
                raise HoldfastError(_NOTHING)
            session = history.find(prefix)
            entries = history.entries(session.id, limit=_MOST_ENTRIES)
        text = session_markdown(session, entries)
        if session.entries > _MOST_ENTRIES:
            text += (
                f"\n… and more: `holdfast sessions show {session.id}` pages through all {session.entries:,} entries.\n"
            )
        return {"title": session.title, "markdown": text}

    def _search(self, query: str) -> Json:
        with self._history() as history:
            if history is None:
                return {"hits": []}
            known = self._known(history)
            hits = history.search(query, near=known.project, limit=_MOST_HITS)
            return {"hits": hit_rows(hits, history, known)}

    def _pin(self, session: str, *, holds: bool) -> Json:
        title = self._title(session)
        with self._orders() as orders:
            orders.pin(session, holds=holds)
        return {"title": title}

    def _forget(self, session: str) -> Json:
        title = self._title(session)
        with self._orders() as orders:
            orders.forget_session(session)
        rewrite_memory_files(self._locations.data)
        return {"summary": f"“{title}” is forgotten here; your other machines forget it when they next sync."}

    def _carry_on(self) -> Json:
        project = self._project_id()
        with self._history() as history:
            digest = history.carry_on(project, redact=self._redact) if history is not None and project else ""
        if not digest:
            raise HoldfastError(
                "There is no session of this project to carry on with.",
                remedy="Holdfast: Import Sessions takes over those of other tools.",
            )
        return {"title": "Carry On", "markdown": digest}

    def _redact(self, text: str) -> str:
        """`text` by today's rules: it is for other tools."""
        data = self._locations.data
        return Redactor(pseudonym_key(data, load_device(data))).redact(text, conversation=True).text

    def _found(self) -> Json:
        found = find_all(self._importers)
        consents = Consents(self._locations.data)
        tools = [
            {
                "tool": files.importer.tool,
                "label": files.importer.title,
                "description": f"{files.sessions} session{'' if files.sessions == 1 else 's'}",
                "allowed": consents.has(files.importer.tool),
            }
            for files in found
        ]
        nothing = "No sessions of other tools were found. An export is imported with `holdfast sessions import FILE`."
        return {"tools": tools, **({} if tools else {"summary": nothing})}

    def _import(self, tools: list[str], report: Report) -> Json:
        """What the person has chosen is allowed from now on."""
        found = [files for files in find_all(self._importers) if files.importer.tool in tools]
        Consents(self._locations.data).give(files.importer.tool for files in found)
        met: set[str] = set()
        imported: set[str] = set()
        failed, done = 0, 0
        total = sum(len(files.files) for files in found)
        into = FileImporter(SessionLog(self._locations.sessions_db), surroundings().home, model=self._model)
        try:
            for files in found:
                for file in files.files:
                    report(files.importer.title, 100 * done // max(1, total))
                    outcome = into.import_file(files.importer, file.path)
                    met |= outcome.met
                    imported |= outcome.imported
                    failed += outcome.failed
                    done += 1
        except ServerError as error:
            what = f"The import has stopped; what no model looked through is not stored. {error.message}"
            raise ServerError(what, remedy=error.remedy) from error
        finally:
            into.close()
        words = [f"{len(imported)} session{'' if len(imported) == 1 else 's'} imported"]
        words += [f"{len(met - imported)} had nothing new"] if met - imported else []
        words += [f"{failed} could not be read (`holdfast sessions import` says why)"] if failed else []
        return {"imported": len(imported), "summary": f"{', '.join(words)}."}

    def _title(self, session: str) -> str:
        with self._history() as history:
            if history is None:
                raise HoldfastError(_NOTHING)
            return history.find(session).title

    def _known(self, history: History | None) -> Known:
        return Known(
            project=self._project_id(),
            device=load_device(self._locations.data).id,
            device_names=history.device_names() if history is not None else {},
            tool_titles=self._tool_titles(),
        )

    def _tool_titles(self) -> Mapping[str, str]:
        return {"holdfast": "Holdfast"} | {importer.tool: importer.title for importer in self._importers}

    def _project_id(self) -> str | None:
        """The window's project, looked up once: it may ask git."""
        if self._project is None and self._root is not None:
            try:
                self._project = find_project(self._root, self._locations.data)
            except (StorageError, OSError):
                return None
        return self._project

    def _history(self) -> AbstractContextManager[History | None]:
        return open_history(self._locations.sessions_db)

    @contextmanager
    def _orders(self) -> Iterator[Orders]:
        log = SessionLog(self._locations.sessions_db)
        try:
            yield Orders(log, load_device(self._locations.data).id)
        finally:
            log.close()


def _read(argument: object) -> _Asked:
    try:
        return _Asked.model_validate(argument if argument is not None else {})
    except ValidationError as error:
        raise UsageError("The editor's question cannot be understood.") from error
