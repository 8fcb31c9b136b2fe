"""Every error a person can meet, as one tree.

HoldfastError
 ├─ SettingsError            a setting that cannot be understood
 ├─ UsageError               a command line that cannot be understood            exit 2
 ├─ PositionError            no such file, or no such place in it                exit 3
 ├─ WorkspaceError           a folder that cannot be read                        exit 4
 ├─ StorageError             index.db or sessions.db cannot be read or written
 │   └─ DiskFull
 ├─ SharingError             sharing session logs; its tree is in sharing/errors.py
 ├─ NotRedacted              a model that was to look through a text gave no answer that counts
 └─ ServerError              the model server
     ├─ ServerUnreachable    nothing listens there, or it hung up                transient
     ├─ ServerTimeout        it accepted and did not answer in time              transient
     ├─ ServerBusy           it said so (503)                                    transient
     ├─ RemoteEndpoint       it is not this machine, and nobody allowed that
     ├─ ModelMissing         it does not have the model (404)
     ├─ ModelUnsupported     the model cannot fill in the middle, or we have no template for it
     ├─ PromptTooLong        more tokens than the model's window
     ├─ BudgetReached        it is not asked: the tokens its owner allows are used up
     ├─ GenerationFailed     it broke while generating (500, or an error line in the stream)   transient
     ├─ AnswerTorn           the stream ended without its last line              transient
     └─ UnexpectedAnswer     something answers there, but not with Ollama's contract

The message says what happened, `remedy` what the reader can do about it. `is_transient` alone decides
a retry; `reason` is what a completion reports when the error silences it.
"""

from holdfast.reasons import Reason


class HoldfastError(Exception):
    """Base of all; `str()` gives message and remedy in one line."""

    exit_code = 1
    is_transient = False
    reason: Reason = "empty"

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".rstrip()


class SettingsError(HoldfastError):
    """A setting has the wrong type or a value out of range; raised where nothing can go on without it."""


class UsageError(HoldfastError):
    """The command line cannot be understood."""

    exit_code = 2


class PositionError(HoldfastError):
    """The file does not exist or the position is not in it."""

    exit_code = 3


class WorkspaceError(HoldfastError):
    """The workspace is missing or cannot be read."""

    exit_code = 4


class StorageError(HoldfastError):
    """A database cannot be opened, read or written."""


class DiskFull(StorageError):
    """No space left; nothing acknowledged is lost, new work waits."""


class NotRedacted(HoldfastError):
    """A person asked that a model look through a text before it is stored, and its answer about the text is none."""


class ServerError(HoldfastError):
    """Base of everything the model server can do to us."""

    reason = "no_server"


class ServerUnreachable(ServerError):
    """Connection refused, reset, or closed before an answer."""

    is_transient = True


class ServerTimeout(ServerError):
    """Connected, and then silent for longer than `timeoutMs`."""

    is_transient = True
    reason = "timeout"


class ServerBusy(ServerError):
    """HTTP 503: its queue is full."""

    is_transient = True
    reason = "busy"


class RemoteEndpoint(ServerError):
    """An endpoint, or a model behind it, off this machine that nobody allowed."""

    reason = "remote_endpoint"


class ModelMissing(ServerError):
    """HTTP 404, or no installed model fits `model: "auto"`."""

    reason = "model_missing"


class ModelUnsupported(ServerError):
    """No fill-in-the-middle template is known for the model."""

    reason = "model_unsupported"


class PromptTooLong(ServerError):
    """The server counted more tokens than its window holds."""

    reason = "budget_reached"


class BudgetReached(ServerError):
    """The request was not sent: a budget that the person set leaves no room for it."""

    reason = "budget_reached"


class GenerationFailed(ServerError):
    """HTTP 500, or an `{"error": …}` line in the middle of the stream."""

    is_transient = True


class AnswerTorn(ServerError):
    """The stream ended without `"done": true` (Ollama does so on 30 repeated tokens)."""

    is_transient = True


class UnexpectedAnswer(ServerError):
    """What came back is not Ollama's contract (another service on that port, a proxy page, a redirect)."""
