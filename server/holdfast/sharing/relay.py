"""Machines that cannot seal what they recorded for one that came later: lost, shut out, or off for a long time.

Whoever admitted the newcomer holds those entries too, and passes them on. Only that one does, so that it happens once; it
cannot make anything up, for a series is what its entries' ids say it is.
"""

import sqlite3
from typing import Final

from holdfast.sharing.members import Membership

SILENT_MS: Final = 7 * 24 * 3600 * 1000
"""A machine that was not heard of for a week is not waited for."""


def silent_devices(connection: sqlite3.Connection, membership: Membership, this: str, now_ms: int) -> list[str]:
    """The owner's devices whose series the device `this` passes on to machines that it admitted after they were last heard."""
    heard = dict(connection.execute("SELECT dev, at_ms FROM heard").fetchall())
    newcomers = [
        member
        for member in membership.members
        if member.standing == "own" and member.admitted_by == this and member.keys.dev != this
    ]
    silent = set()
    for member in membership.members:
        dev = member.keys.dev
        if dev == this or not member.is_owners or dev not in heard:
            continue
        is_silent = member.standing == "revoked" or now_ms - heard[dev] >= SILENT_MS
        if is_silent and any(one.at_ms >= heard[dev] and one.keys.dev != dev for one in newcomers):
            silent.add(dev)
    return sorted(silent)
