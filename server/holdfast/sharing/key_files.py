"""Where the device's keys are kept: a file of this user's in the data directory, or the editor's secret storage.

`keys/<device>.pub` remembers whose keys they are, so that lost or exchanged ones are noticed before they are missed;
`keys/<device>.key` (0600) holds the secret half, unless an editor keeps it.
"""

from pathlib import Path
from typing import Final

from holdfast.errors import StorageError
from holdfast.sessions.identity.device import load_device
from holdfast.sessions.identity.write_once import keep_private, write_once
from holdfast.sharing.device_keys import DeviceKeys, new_keys, read_keys
from holdfast.sharing.errors import KeysMissing, WrongKeys
from holdfast.sharing.private_file import read_private, write_private

_LARGEST: Final = 4096
_NEW_KEYS: Final = "`holdfast sync setup --new-keys` makes new ones, with which this device is paired again."


def load_device_keys(data: Path, secret: str | None = None, *, fingerprint: str | None = None) -> DeviceKeys:
    """The keys of this machine's device, made at the first call.

    `secret` is None where no editor keeps them: they are in the file then. Else it is what the editor keeps, "" at first;
    keys that are made then are not written: give the editor `secret_text()`, and it must keep it. `fingerprint` is the
    machine's unless given. Raises KeysMissing, WrongKeys or StorageError, each with its remedy.
    """
    dev = load_device(data, fingerprint).id
    known = read_private(_public_file(data, dev), _LARGEST)
    kept = _read_file(_key_file(data, dev))
    keys = _handed_in(secret, dev) if secret else kept
    if keys is None:
        if known is not None:
            raise KeysMissing(
                "The keys of this device are not in its data directory.",
                remedy=f"Where an editor keeps them, sync there. Where they are lost: {_NEW_KEYS}",
            )
        keys = _make(data, dev, in_file=secret is None)
    elif known is None:
        write_once(_public_file(data, dev), keys.fingerprint)
    elif known.decode("ascii", "replace").strip() != keys.fingerprint:
        raise WrongKeys("These are not the keys that this device had before.", remedy=f"Restore them, or: {_NEW_KEYS}")
    return keys


def renew_device_keys(data: Path, *, in_file: bool = True, fingerprint: str | None = None) -> DeviceKeys:
    """New keys for this machine's device, in the place of those it had; the old ones are kept beside, under `.old`."""
    dev = load_device(data, fingerprint).id
    old = read_private(_key_file(data, dev), _LARGEST)
    if old is not None:
        write_private(_key_file(data, dev).with_suffix(".key.old"), old)
    keys = new_keys(dev)
    # First the secret half: a machine that stops in between has keys that do not fit, which the next call says.
    if in_file:
        write_private(_key_file(data, dev), keys.secret_text().encode())
    else:
        _key_file(data, dev).unlink(missing_ok=True)
    write_private(_public_file(data, dev), keys.fingerprint.encode())
    return keys


def _make(data: Path, dev: str, *, in_file: bool) -> DeviceKeys:
    keys = new_keys(dev)
    if in_file:
        # Of two processes at once the first one's stay, and both go on with them.
        keys = read_keys(write_once(_key_file(data, dev), keys.secret_text()))
    if write_once(_public_file(data, dev), keys.fingerprint).strip() != keys.fingerprint:
        raise WrongKeys(
            "Another process made this device's keys just now.", remedy="Use those: reload this window, and try again."
        )
    return keys


def _read_file(path: Path) -> DeviceKeys | None:
    text = read_private(path, _LARGEST)
    if text is None:
        return None
    keep_private(path)
    try:
        keys = read_keys(text.decode("ascii", "replace"))
    except ValueError as error:
        raise StorageError(
            f"The keys in {path} cannot be understood.", remedy=f"Restore them, or: {_NEW_KEYS}"
        ) from error
    if keys.dev != path.stem:
        raise WrongKeys(f"The keys in {path} are another device's.", remedy=f"Restore them, or: {_NEW_KEYS}")
    return keys


def _handed_in(secret: str, dev: str) -> DeviceKeys:
    try:
        keys = read_keys(secret)
    except ValueError as error:
        raise WrongKeys(
            "What the editor keeps as this device's keys cannot be understood.", remedy=_NEW_KEYS
        ) from error
    if keys.dev != dev:
        raise WrongKeys(
            "The editor keeps the keys of another device: its settings, or this data directory, came from another machine.",
            remedy=_NEW_KEYS,
        )
    return keys


def _public_file(data: Path, dev: str) -> Path:
    return data / "keys" / f"{dev}.pub"


def _key_file(data: Path, dev: str) -> Path:
    return data / "keys" / f"{dev}.key"
