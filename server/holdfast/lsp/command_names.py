"""The commands that the sidecar advertises; light to import, because `initialize` waits for it."""

from typing import Final

SESSION_COMMANDS: Final = (
    "holdfast.listSessions",
    "holdfast.readSession",
    "holdfast.searchSessions",
    "holdfast.pinSession",
    "holdfast.unpinSession",
    "holdfast.forgetSession",
    "holdfast.carryOn",
    "holdfast.importSessions",
    "holdfast.recordDecision",
)
"""Those about the session log; each takes one object."""

SHARING_COMMANDS: Final = ("holdfast.shareSessionLogs", "holdfast.syncNow", "holdfast.pairMachine")
"""Those about sharing it; each takes one object."""

COMMANDS: Final = (
    "holdfast.refreshProjectContext",
    "holdfast.createManifest",
    "holdfast.explainSuggestion",
    "holdfast.showContext",
    "holdfast.pause",
    "holdfast.resume",
    "holdfast.suggestionAccepted",
    *SESSION_COMMANDS,
    *SHARING_COMMANDS,
)
