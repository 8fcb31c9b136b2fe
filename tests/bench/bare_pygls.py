"""A language server of nothing but pygls, to compare with: it answers each ask for an inline completion with none."""

from lsprotocol import types
from pygls.lsp.server import LanguageServer

server = LanguageServer("bare", "1")


@server.feature(types.TEXT_DOCUMENT_INLINE_COMPLETION, types.InlineCompletionOptions())
async def inline_completion(_: types.InlineCompletionParams) -> list[types.InlineCompletionItem]:
    """Nothing."""
    return []


if __name__ == "__main__":
    server.start_io()
