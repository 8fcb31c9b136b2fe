"""Whether the session log is what was written: every entry's id, every series' chain, the file itself."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter

from holdfast.sessions.entries.canonical_json import canonical_json
from holdfast.sessions.entries.entry import Entry, entry_id, read_entry

_Row = tuple[str, str, int, str, str, str, str | None, str]


def verify_log(connection: sqlite3.Connection) -> list[str]:
    """One line for each thing that is wrong, in the order it is found; empty when all is well."""
    problems = [f"The database file: {line}." for (line,) in connection.execute("PRAGMA quick_check") if line != "ok"]
    tips = {
        (dev, session): (last_seq, tip)
        for dev, session, last_seq, tip in connection.execute("SELECT dev, session, max_contig, tip_id FROM series")
    }
    rows: Iterable[_Row] = connection.execute(
        "SELECT dev, session, seq, id, hlc, kind, project, body FROM entry ORDER BY dev, session, seq"
    )
    for key, of_series in groupby(rows, key=itemgetter(0, 1)):
        problems += _chain_problems(of_series, tips.pop(key, None))
    problems += [f"Session {session}: all {last + 1} entries are missing." for (_, session), (last, _) in tips.items()]
    return problems


def _chain_problems(rows: Iterable[_Row], tip: tuple[int, str] | None) -> Iterator[str]:
    """What is wrong in one series, whose rows come in the order of `seq`."""
    expected, before, stamp, session = 0, None, "", ""
    for row in rows:
        _, session, seq, row_id, hlc, *_ = row
        place = f"Session {session}, entry {seq}"
        if seq != expected:
            yield f"{place}: entries {expected} to {seq - 1} before it are missing."
        problem, entry = _row_problem(row)
        if problem:
            yield f"{place}: {problem}."
        if entry and seq == expected and entry.place.prev != before:
            yield f"{place}: it does not follow the entry before it."
        if hlc <= stamp:
            yield f"{place}: its time is not after that of the entry before it."
        expected, before, stamp = seq + 1, row_id, max(stamp, hlc)
    if tip is None:
        yield f"Session {session}: its end is not recorded."
    elif tip != (expected - 1, before):
        yield f"Session {session}: it ended with entry {tip[0]}, and now with entry {expected - 1}."


def _row_problem(row: _Row) -> tuple[str | None, Entry | None]:
    dev, session, seq, row_id, hlc, kind, project, body = row
    try:
        entry = read_entry(body)
        canonical = canonical_json(json.loads(body))
    except (ValueError, TypeError, AttributeError, RecursionError):
        return "its text is no entry", None
    if canonical != body:
        return "its text is not in canonical form", entry
    if entry_id(body) != row_id:
        return "its text is not what its id was made from", entry
    place = entry.place
    columns = (place.dev, place.session, place.seq, place.hlc, entry.kind, place.project)
    if columns != (dev, session, seq, hlc, kind, project):
        return "its columns say something else than its text", entry
    return None, entry
