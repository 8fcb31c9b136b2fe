"""Whether the editor that started us still lives."""

import asyncio
import os
import sys
from typing import Final

_POLL_SECONDS: Final = 2.0


def is_alive(process_id: int) -> bool:
    """Whether a process with this id runs (one of another user counts)."""
    if sys.platform == "win32":
        return _is_alive_on_windows(process_id)
    try:
        os.kill(process_id, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


async def until_gone(process_id: int) -> None:
    """Return when the process has ended."""
    while is_alive(process_id):  # noqa: ASYNC110 - nobody signals the end of a foreign process
        await asyncio.sleep(_POLL_SECONDS)


def _is_alive_on_windows(process_id: int) -> bool:
    import ctypes  # noqa: PLC0415 - only Windows needs it

    synchronize, still_running = 0x00100000, 0x00000102
    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]
    handle = kernel.OpenProcess(synchronize, 0, process_id)
    if not handle:
        return False
    try:
        return bool(kernel.WaitForSingleObject(handle, 0) == still_running)
    finally:
        kernel.CloseHandle(handle)
