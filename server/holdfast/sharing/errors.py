"""Why this device cannot share, or not yet. Each is told before anything is sent or taken in.

SharingError
 ├─ KeysMissing        the device's keys are not where they were: in the editor's secret storage, or lost
 ├─ WrongKeys          keys were handed in that are not this device's
 ├─ CopiedDevice       what is set up here was set up by another machine: the data directory was copied
 ├─ NotSetUp           `holdfast sync setup` was not run
 ├─ NotAdmitted        no member has admitted this device yet                                       transient
 ├─ NotConfirmed       a member has, and the person has not said that it was theirs
 ├─ DeviceRevoked      a member has shut this device out
 ├─ VaultAway          what members know has not come to this device yet                            transient
 ├─ SeveralVaults      more than one person, or one person twice, began to share here
 ├─ CodeUnknown        no device that waits has this code
 ├─ RecoveryWrong      not the recovery key of this vault
 ├─ NotAllowed         this device, or that project, may not do that
 └─ SegmentTooLarge    an entry is too large to travel
"""

from holdfast.errors import HoldfastError


class SharingError(HoldfastError):
    """Base of all."""


class KeysMissing(SharingError):
    """The keys were made, and are neither in their file nor handed in."""


class WrongKeys(SharingError):
    """Keys of another device, or older ones of this device."""


class CopiedDevice(SharingError):
    """The machine that was set up has another device id than this one."""


class NotSetUp(SharingError):
    """There is no vault that this device belongs to, or waits for."""


class NotAdmitted(SharingError):
    """The device waits; `code` is what a member must be given."""

    is_transient = True

    def __init__(self, message: str, *, remedy: str, code: str) -> None:
        super().__init__(message, remedy=remedy)
        self.code = code


class NotConfirmed(SharingError):
    """The device was admitted; `confirmation` is what both machines show."""

    def __init__(self, message: str, *, remedy: str, confirmation: str) -> None:
        super().__init__(message, remedy=remedy)
        self.confirmation = confirmation


class DeviceRevoked(SharingError):
    """The keys of the device count no longer."""


class VaultAway(SharingError):
    """No file of the vault that this device can read is there."""

    is_transient = True


class SeveralVaults(SharingError):
    """Somebody must say which."""


class CodeUnknown(SharingError):
    """The code was mistyped, the device's announcement has not come, or it saw another vault."""


class RecoveryWrong(SharingError):
    """What was typed is no recovery key, or one of another vault."""


class NotAllowed(SharingError):
    """Only devices of the vault's owner do that, or only for the project that was agreed."""


class SegmentTooLarge(SharingError):
    """Sealed, it would be more than others read."""
