"""A person's word that a change may be used, or that a file outside of the workspace may be read."""

from collections.abc import Iterable
from pathlib import Path

from holdfast.errors import PositionError
from holdfast.manifest.consent import Consent, HeldChange
from holdfast.manifest.load import Source


def approve_changes(source: Source, changes: Iterable[HeldChange]) -> None:
    """Let the contents in `changes` pass, those and no later ones. Raises StorageError."""
    consent = Consent(source.ledger, source.root)
    for change in changes:
        consent.accept(change.file, change.after, change.digest)
    source.ledger.tell_others()


def approve_path(source: Source, path: Path, held: Iterable[HeldChange]) -> Path:
    """Let `path` (resolved) pass: its waiting change, or being read although it lies outside; raises PositionError."""
    changes = [change for change in held if change.file == path]
    if changes:
        approve_changes(source, changes)
    elif path.is_relative_to(source.root.resolve()):
        raise PositionError(f"No change of {path} waits for approval.", remedy="See `holdfast manifest diff`.")
    else:
        source.ledger.approve_outside(path)
        source.ledger.tell_others()
    return path
