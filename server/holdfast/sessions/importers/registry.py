"""All importers, in the order in which they are asked and shown."""

from holdfast.sessions.importers.aider import Aider
from holdfast.sessions.importers.chatgpt import ChatGpt
from holdfast.sessions.importers.claude_ai import ClaudeAi
from holdfast.sessions.importers.claude_code import ClaudeCode
from holdfast.sessions.importers.cline import Cline
from holdfast.sessions.importers.codex import Codex
from holdfast.sessions.importers.continue_dev import ContinueDev
from holdfast.sessions.importers.copilot_chat import CopilotChat
from holdfast.sessions.importers.copilot_cli import CopilotCli
from holdfast.sessions.importers.cowork import Cowork
from holdfast.sessions.importers.cursor import Cursor
from holdfast.sessions.importers.gemini_cli import GeminiCli
from holdfast.sessions.importers.importer import Importer
from holdfast.sessions.importers.markdown import Markdown
from holdfast.sessions.importers.roo import Roo
from holdfast.sessions.importers.surroundings import Surroundings


def importers(around: Surroundings) -> tuple[Importer, ...]:
    """One importer for each tool."""
    return (
        ClaudeCode(around),
        Cowork(around),
        Cline(around),
        Roo(around),
        ContinueDev(around),
        CopilotChat(around),
        CopilotCli(around),
        Cursor(around),
        Codex(around),
        GeminiCli(around),
        Aider(around),
        Markdown(around),
        ClaudeAi(),
        ChatGpt(),
    )
