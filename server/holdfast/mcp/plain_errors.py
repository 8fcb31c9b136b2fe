"""Our errors as a tool's: what happened and its remedy, for a model to read. What is not ours stays a crash, in the log."""

from collections.abc import Iterator
from contextlib import contextmanager

from mcp.server.mcpserver.exceptions import ToolError

from holdfast.errors import HoldfastError


@contextmanager
def plain_errors() -> Iterator[None]:
    """Raise ToolError in the place of HoldfastError."""
    try:
        yield
    except HoldfastError as error:
        raise ToolError(str(error)) from error
