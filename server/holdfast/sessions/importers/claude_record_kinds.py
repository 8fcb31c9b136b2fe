"""Kinds of records in the transcripts of Claude Code that are its own book-keeping: nothing of them is kept."""

from typing import Final

BOOKS: Final = frozenset(
    {
        "progress",
        "queue-operation",
        "file-history-snapshot",
        "permission-mode",
        "mode",
        "last-prompt",
        "frame-link",
        "worktree-state",
        "relocated",
        "started",
        "result",
        "file-history-delta",
        "isolation-latch",
        "bridge-session",
        "cost-state",
        "tag",
        "agent-color",
        "agent-setting",
        "content-replacement",
        "artifact-comment-monitor",
        "artifact-autoreact-ledger",
    }
)
"""`type` of a line."""

SYSTEM_BOOKS: Final = frozenset(
    {
        "compact_boundary",
        "microcompact_boundary",
        "stop_hook_summary",
        "turn_duration",
        "api_error",
        "api_refusal",
        "local_command",
        "session_start",
        "init",
        "informational",
        "model_fallback",
        "model_refusal_fallback",
        "model_refusal_no_fallback",
        "model_consent_fallback",
    }
)
"""`subtype` of a line of the type `system`."""

ATTACHED_FILES: Final = frozenset(
    {
        "file",
        "edited_text_file",
        "edited_image_file",
        "directory",
    }
)
"""`attachment.type` of a line of the type `attachment` that names a file."""

ATTACHED_BOOKS: Final = frozenset(
    {
        "nested_memory",
        "todo",
        "task_status",
        "plan_mode",
        "plan_mode_exit",
        "plan_mode_reentry",
        "diagnostics",
        "opened_file_in_ide",
        "selected_lines_in_ide",
        "output_style",
        "date_change",
        "token_usage",
        "budget_usd",
        "skill_listing",
        "invoked_skills",
        "relevant_memories",
        "command_permissions",
        "already_read_file",
        "compact_file_reference",
        "plan_file_reference",
        "mcp_resource",
        "async_hook_response",
        "workflow_keyword_request",
    }
)
"""The other ones; those that begin with `hook_` or end with `_delta` or `_reminder` are such too."""
