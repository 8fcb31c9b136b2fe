"""A suggestion from the embedded engine, off the loop: one worker thread does everything that touches an engine.

The engine is imported when it is first asked: numpy, which it needs, costs a fifth of the sidecar's start.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from holdfast.completion.filters.order import clean
from holdfast.completion.request import CompletionAnswer, silent
from holdfast.cursor import Cursor

if TYPE_CHECKING:
    from holdfast.inference.embedded.engine import EmbeddedEngine

SLOW_AFTER_MS: Final = 600


@dataclass(frozen=True, slots=True)
class OpenText:
    """An open buffer: `version` changes when `text` does; `name` is its path, with the cell in a notebook."""

    uri: str
    root: Path | None
    name: str
    language: str
    version: int
    text: str


class EmbeddedCompleter:
    """Engines by workspace folder; `directory_of` says where a folder's data lies, `open_texts` what is open now.

    A server that has said nothing for `slow_after_ms` is not waited for: this engine answers, and what the server says
    later serves the keys to come.
    """

    def __init__(
        self,
        directory_of: Callable[[Path | None], Path],
        open_texts: Callable[[], Sequence[OpenText]],
        *,
        slow_after_ms: int = SLOW_AFTER_MS,
    ) -> None:
        self.slow_after_seconds = slow_after_ms / 1000
        self._directory_of = directory_of
        self._open_texts = open_texts
        self._engines: dict[Path | None, EmbeddedEngine] = {}
        self._learnt: dict[str, OpenText] = {}
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="embedded")

    async def complete(self, cursor: Cursor) -> CompletionAnswer:
        """The engine's answer, or silence with `low_confidence`."""
        texts = self._open_texts()
        return await asyncio.get_running_loop().run_in_executor(self._worker, self._complete, cursor, texts)

    def close(self) -> None:
        """Stop the worker; what it is doing now ends first."""
        self._worker.shutdown(wait=False, cancel_futures=True)

    def _complete(self, cursor: Cursor, texts: Sequence[OpenText]) -> CompletionAnswer:
        from holdfast.inference.embedded.engine import EmbeddedRequest  # noqa: PLC0415 - as above

        engine = self._engine(cursor.root)
        self._learn(texts, cursor)
        engine.refresh()
        found = engine.complete(EmbeddedRequest(cursor.path, cursor.language, cursor.before, cursor.after))
        if found is None:
            return silent("low_confidence")
        text, reason = clean(found.text, cursor)
        return CompletionAnswer(text, "embedded" if text else "none", None, reason, sources=found.sources)

    def _engine(self, root: Path | None) -> "EmbeddedEngine":
        from holdfast.inference.embedded.engine import EmbeddedEngine  # noqa: PLC0415 - as above

        engine = self._engines.get(root)
        if engine is None:
            engine = self._engines[root] = EmbeddedEngine(self._directory_of(root))
        return engine

    def _learn(self, texts: Sequence[OpenText], cursor: Cursor) -> None:
        """Tell the engines what changed since the last time; the document at the cursor comes with the request."""
        still_open = {text.uri for text in texts}
        for uri in [uri for uri in self._learnt if uri not in still_open]:
            gone = self._learnt.pop(uri)
            self._engine(gone.root).forget(gone.name)
        for text in texts:
            known = self._learnt.get(text.uri)
            if text.uri != cursor.uri and (known is None or known.version != text.version):
                self._learnt[text.uri] = text
                self._engine(text.root).learn(text.name, text.language, text.text)
