"""Why no suggestion was given: one closed list, shown by the CLI, the log and `holdfast.explainSuggestion`."""

from typing import Final, Literal, get_args

PlainReason = Literal[
    "disabled",
    "paused",
    "language_off",
    "ignored_file",
    "secret_file",
    "cursor_position",
    "no_server",
    "model_missing",
    "model_unsupported",
    "remote_endpoint",
    "untrusted",
    "busy",
    "timeout",
    "cancelled",
    "empty",
    "low_confidence",
    "budget_reached",
]

Reason = str
"""A :data:`PlainReason`, or `filtered:<filter>` naming the filter of `completion/filters` that took the text away."""

PLAIN_REASONS: Final[frozenset[str]] = frozenset(get_args(PlainReason))

_FILTERED: Final = "filtered:"


def filtered_by(filter_name: str) -> Reason:
    """The reason for a suggestion of which `filter_name` left nothing."""
    return _FILTERED + filter_name


def is_reason(text: str) -> bool:
    """Whether `text` belongs to the closed list."""
    return text in PLAIN_REASONS or (text.startswith(_FILTERED) and len(text) > len(_FILTERED))
