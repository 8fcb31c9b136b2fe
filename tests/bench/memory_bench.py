"""How well memory is extracted, and what it costs to ask for it: `python tests/bench/memory_bench.py [--json FILE]`.

Precision and recall are counted on fixtures/memory/unseen.jsonl, messages that were written after the rules and never used to
change them. The session log it is asked from is made up: 100,000 remembered items of one project.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from holdfast.sessions.memory.extract import memory_items
from holdfast.sessions.memory.rank import Whereabouts
from holdfast.sessions.memory.reader import MemoryReader
from holdfast.sqlite.connection import open_for_writing
from remembered import DAY_MS, DEVICE, NOW_MS, SESSION, draft, entry, fill, labelled

ITEMS = 100_000
RUNS = 15
KINDS = ("decision", "correction", "unfinished", "decision")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    results = {**extraction(), **asking()}
    for name, value in results.items():
        print(f"{name:<44} {value}")
    if arguments.json is not None:
        arguments.json.write_text(json.dumps(results, indent=1), encoding="utf-8")


def extraction() -> dict[str, float]:
    messages = [(message.expected, entry(message.text, role=message.role)) for message in labelled("unseen")]
    found = extra = expected = 0
    for labels, said in messages:
        left = list(labels)
        expected += len(left)
        for item in memory_items(said):
            match = next((one for one in left if one[0] in {item.kind, "any"} and one[1] in item.text), None)
            if match is None:
                extra += 1
            else:
                left.remove(match)
                found += 1
    return {
        "messages": len(messages),
        "precision": round(found / (found + extra), 3),
        "recall": round(found / expected, 3),
        "extraction, ms a message": round(
            median_ms(lambda: [memory_items(said) for _, said in messages]) / len(messages), 3
        ),
    }


def asking() -> dict[str, float]:
    pick = random.Random(7)
    names = [
        a + b
        for a in ("", "re", "pre", "un", "sub")
        for b in ("order", "price", "user", "slot", "page", "token", "batch")
    ]
    names += [f"{name}{number}" for name in names for number in "abcdefghij"]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "shop"
        root.mkdir()
        database = Path(folder) / "sessions.db"
        reader = MemoryReader(database, root)
        reader.find_project()
        project = reader.project or ""
        fill(database, [draft("Let us begin.")], project=project)
        connection = open_for_writing(database)
        connection.execute("BEGIN")
        connection.executemany(
            "INSERT INTO memory_item (entry, session, dev, project, kind, at_ms, key, text, paths, author, tool)"
            " VALUES (1, ?, ?, ?, ?, ?, ?, ?, '[]', 'person', 'claude-code')",
            (
                (
                    SESSION,
                    DEVICE,
                    project,
                    pick.choice(KINDS),
                    NOW_MS - number * DAY_MS // 50,
                    str(number),
                    sentence(pick, names),
                )
                for number in range(ITEMS)
            ),
        )
        connection.execute("COMMIT")
        connection.close()
        started = time.perf_counter()
        memory = reader.memory()
        first_ms = (time.perf_counter() - started) * 1000
        code = "\n".join(f"{pick.choice(names)}({pick.choice(names)})" for _ in range(80))
        where = Whereabouts("shop/order.py", code, code, "feature/slots", NOW_MS)
        results = {
            "items in the log": ITEMS,
            "items that hold": len(memory),
            "first reading, ms": round(first_ms, 1),
            "ranking, ms": round(median_ms(lambda: memory.ranked(where)), 2),
            "whether anything changed, ms": round(median_ms(reader.stamp), 4),
        }
        reader.close()
        return results


def sentence(pick: random.Random, names: list[str]) -> str:
    one, other, third = pick.sample(names, 3)
    return f"keep {one} beside {other} where {third} is read, never inside {pick.choice(names)}"


def median_ms(call: Callable[[], object]) -> float:
    """The median of several runs, in milliseconds."""
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        call()
        times.append((time.perf_counter() - started) * 1000)
    return sorted(times)[RUNS // 2]


if __name__ == "__main__":
    main()
