"""A suggestion from the embedded engine, off the loop: one worker thread does everything that touches an engine."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from holdfast.completion.filters.order import clean
from holdfast.completion.request import CompletionAnswer, silent
from holdfast.cursor import Cursor
from holdfast.inference.embedded.engine import EmbeddedEngine, EmbeddedRequest


@dataclass(frozen=True, slots=True)
class OpenText:
    """An open buffer: `version` changes when `text` does."""

    root: Path | None
    path: str
    language: str
    version: int
    text: str


class EmbeddedCompleter:
    """Engines by workspace folder; `directory_of` says where a folder's data lies, `open_texts` what is open now."""

    def __init__(
        self, directory_of: Callable[[Path | None], Path], open_texts: Callable[[], Sequence[OpenText]]
    ) -> None:
        self._directory_of = directory_of
        self._open_texts = open_texts
        self._engines: dict[Path | None, EmbeddedEngine] = {}
        self._learnt: dict[tuple[Path | None, str], int] = {}
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="embedded")

    async def complete(self, cursor: Cursor) -> CompletionAnswer:
        """The engine's answer, or silence with `low_confidence`."""
        texts = self._open_texts()
        return await asyncio.get_running_loop().run_in_executor(self._worker, self._complete, cursor, texts)

    def close(self) -> None:
        """Stop the worker; what it is doing now ends first."""
        self._worker.shutdown(wait=False, cancel_futures=True)

    def _complete(self, cursor: Cursor, texts: Sequence[OpenText]) -> CompletionAnswer:
        engine = self._engine(cursor.root)
        self._learn(texts, cursor)
        engine.refresh()
        found = engine.complete(EmbeddedRequest(cursor.path, cursor.language, cursor.before, cursor.after))
        if found is None:
            return silent("low_confidence")
        text, reason = clean(found.text, cursor)
        return CompletionAnswer(text, "embedded" if text else "none", None, reason, sources=found.sources)

    def _engine(self, root: Path | None) -> EmbeddedEngine:
        engine = self._engines.get(root)
        if engine is None:
            engine = self._engines[root] = EmbeddedEngine(self._directory_of(root))
        return engine

    def _learn(self, texts: Sequence[OpenText], cursor: Cursor) -> None:
        """Tell the engines what changed since the last time; the document at the cursor comes with the request."""
        still_open = {(text.root, text.path) for text in texts}
        for key in [key for key in self._learnt if key not in still_open]:
            del self._learnt[key]
            self._engine(key[0]).forget(key[1])
        for text in texts:
            key = (text.root, text.path)
            if key != (cursor.root, cursor.path) and self._learnt.get(key) != text.version:
                self._learnt[key] = text.version
                self._engine(text.root).learn(text.path, text.language, text.text)
