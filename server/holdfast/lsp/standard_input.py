"""Reading standard input on the event loop itself, where the system lets it.

pygls reads it in a thread: three times for each message a thread is woken and wakes the loop. That takes longer than most
of what a key needs. A pipe or a socket, which is what editors give, the loop can watch as it watches the model server's
connection. Windows has no such pipes, and a terminal or a file is read in a thread as before.
"""

import asyncio
import logging
import os
import stat
import sys
import threading
from typing import TYPE_CHECKING, BinaryIO, Final

from pygls.io_ import StdinAsyncReader, StdoutWriter, run_async

from holdfast.lsp.language_server import HoldfastServer

if TYPE_CHECKING:
    from pygls.io_ import AsyncReader

logger = logging.getLogger(__name__)

_HELD_BYTES: Final = 1 << 20
_LONGEST_HEAD_LINE: Final = 1000


class LoopReader:
    """Lines and bodies from a stream of the loop; b"" at its end, wherever that comes."""

    def __init__(self, stream: asyncio.StreamReader) -> None:
        self._stream = stream
        self._owes_a_turn = False

    async def readline(self) -> bytes:
        """The next line of a message's head.

        What the message before has begun gets its turn first: an ask is for the document as it stands behind the
        messages before it, even where a later one has come already.
        """
        if self._owes_a_turn:
            self._owes_a_turn = False
            await asyncio.sleep(0)
        try:
            line = await self._stream.readline()
        except ConnectionError:
            return b""
        except ValueError:
            logger.error("the editor sent over %d bytes that are not LSP", _HELD_BYTES)  # noqa: TRY400 - no news in the traceback
            return b""
        if len(line) > _LONGEST_HEAD_LINE:
            logger.error("the editor sent a head of %d bytes that is not LSP", len(line))
            return b""
        return line

    async def readexactly(self, n: int) -> bytes:
        """A message's body."""
        self._owes_a_turn = True
        try:
            return await self._stream.readexactly(n)
        except (asyncio.IncompleteReadError, ConnectionError):
            return b""


def serve_on(server: HoldfastServer, source: BinaryIO, wire: BinaryIO) -> None:
    """Serve what comes from `source` until it ends or the editor says `exit`; answers go to `wire`."""
    server.protocol.set_writer(StdoutWriter(wire))
    try:
        asyncio.run(_serve(server, source, wire))
    except BrokenPipeError:
        logger.info("the editor has closed its end")
    except (KeyboardInterrupt, SystemExit):  # pygls ends with the latter
        pass
    finally:
        server.shutdown()  # type: ignore[no-untyped-call]


async def _serve(server: HoldfastServer, source: BinaryIO, wire: BinaryIO) -> None:
    is_watched = _can_be_watched(source, wire)
    reader: AsyncReader = await _on_loop(source) if is_watched else _in_thread(server, source)
    try:
        await run_async(
            stop_event=threading.Event(),
            reader=reader,
            protocol=server.protocol,
            logger=logger,
            error_handler=server.report_server_error,
        )
    finally:
        await server.stop()  # an editor that crashed says no `shutdown`; what was recorded is written all the same


def _can_be_watched(source: BinaryIO, wire: BinaryIO) -> bool:
    if sys.platform == "win32":
        return False
    coming, going = os.fstat(source.fileno()), os.fstat(wire.fileno())
    if os.path.samestat(coming, going):  # a socket both ways: watching it would keep answers from waiting for room
        return False
    return stat.S_ISFIFO(coming.st_mode) or stat.S_ISSOCK(coming.st_mode)


async def _on_loop(source: BinaryIO) -> LoopReader:
    stream = asyncio.StreamReader(limit=_HELD_BYTES)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(stream), source)
    return LoopReader(stream)


def _in_thread(server: HoldfastServer, source: BinaryIO) -> "AsyncReader":
    return StdinAsyncReader(source, server.thread_pool)
