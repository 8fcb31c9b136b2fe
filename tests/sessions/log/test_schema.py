import hashlib

from holdfast.sessions.log.schema import MIGRATIONS

# A released migration is never edited: people's databases have met it. A new one moves here with its release.
RELEASED = {
    "2026-11-20 entries in series": "3d36ba4ef1af8030",
    "2026-11-21 conversations, search and memory": "c7daf97e23d1c326",
    "2026-11-21 sharing": "3b688ea949d24c6d",
    "2026-11-21 strands of sessions": "4d080970b4bbef71",
}
IN_THIS_RELEASE = {"2026-11-21 undivided sessions"}


def test_migrations_are_dated_in_order_and_never_edited() -> None:
    found = {
        migration.name: hashlib.sha256(" ".join(";".join(migration.statements).split()).encode()).hexdigest()[:16]
        for migration in MIGRATIONS
    }

    assert {name: digest for name, digest in found.items() if name not in IN_THIS_RELEASE} == RELEASED
    assert list(found) == sorted(found)
