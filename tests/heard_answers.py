"""Somebody who hears an answer of a model server: to its end, to an error, or until they let go of it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress

from holdfast.errors import ServerError
from holdfast.inference.model_server import Finished, GenerateRequest, ModelServer, Piece
from scripted_ollama import ScriptedOllama


async def hear(stream: AsyncGenerator[Piece | Finished, None], *, pieces: int | None = None) -> None:
    """Listen to the end, or let go after so many pieces."""
    with suppress(ServerError):
        async with aclosing(stream) as items:
            async for item in items:
                if isinstance(item, Piece) and pieces is not None:
                    pieces -= 1
                    if not pieces:
                        return


async def let_go_of(scripted: ScriptedOllama, path: str, server: ModelServer, request: GenerateRequest) -> None:
    """Ask, and cancel once a request for `path` has arrived; the server is closed then."""
    task = asyncio.create_task(hear(server.generate(request)))
    await asyncio.to_thread(scripted.wait_for, path)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    await server.aclose()
