"""The window and all below it, imported in a thread while the editor is being answered: half of what a start takes."""

import asyncio
import concurrent.futures
import importlib
import os
import sys
import threading
from types import ModuleType
from typing import cast


class WindowImport:
    """`begin` at the start of the process; `done` when the window is needed."""

    def __init__(self) -> None:
        self._module = concurrent.futures.Future[ModuleType]()

    def begin(self) -> None:
        """Import in a thread, to the end: what waits for it may be cancelled, and importing may not."""
        self._module.set_running_or_notify_cancel()
        threading.Thread(target=self._run, name="import the window").start()

    async def done(self) -> ModuleType:
        """The module `holdfast.lsp.window`; raises what importing it raised."""
        return await asyncio.wrap_future(self._module)

    def _run(self) -> None:
        try:
            self._module.set_result(_import_window())
        except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
            self._module.set_exception(error)


def _import_window() -> ModuleType:
    # httpx would bring its own command line, and with it whatever draws tables in terminals: a tenth of all.
    sys.modules.setdefault("httpx._main", cast("ModuleType", None))
    # pydantic would look through every installed package for plugins, and load what it finds into this process.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    return importlib.import_module("holdfast.lsp.window")
