"""`holdfast mcp` as a process of its own, driven by the official SDK's client over stdio."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from mcp.types import CallToolResult, TextContent

from cli_process import NOBODY_LISTENS
from holdfast.mcp.serve import Served, build_server
from mcp import Client, StdioServerParameters


@asynccontextmanager
async def mcp_client(root: Path, *options: str, environment: Mapping[str, str] | None = None) -> AsyncIterator[Client]:
    """A client of a server for `root`; at the end standard input is closed, and the server has to go."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "holdfast", "mcp", str(root), *options],
        env={**inherited, "HOLDFAST_ENDPOINT": NOBODY_LISTENS, **(environment or {})},
        cwd=root,
    )
    async with Client(server, read_timeout_seconds=60) as client:
        yield client


@asynccontextmanager
async def held_client(served: Served) -> AsyncIterator[Client]:
    """A client of a server in this process. A task of its own connects and leaves, for both must be done by the same one."""
    connected: asyncio.Future[Client] = asyncio.get_running_loop().create_future()
    leave = asyncio.Event()

    async def hold() -> None:
        async with Client(build_server(served)) as client:
            connected.set_result(client)
            await leave.wait()

    holding = asyncio.create_task(hold())
    holding.add_done_callback(lambda _: connected.done() or connected.cancel())
    await asyncio.wait([connected])
    if holding.done():
        await holding
    try:
        yield connected.result()
    finally:
        leave.set()
        await holding


def said(result: CallToolResult) -> str:
    """The text of an answer."""
    return "\n".join(content.text for content in result.content if isinstance(content, TextContent))
