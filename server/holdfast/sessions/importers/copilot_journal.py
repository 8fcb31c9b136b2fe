"""The journal in which VS Code keeps a chat: each line changes a value at a place, and the whole is what they come to.

`{"kind": 0, "v": …}` is the whole, `{"kind": 1, "k": […], "v": …}` sets, `{"kind": 2, "k": […], "v": […], "i": n}` appends
to a list, of which first only `n` elements stay, and `{"kind": 3, "k": […]}` deletes. After
`workbench/contrib/chat/common/model/objectMutationLog.ts` of microsoft/vscode.

A journal is data of another program: a place in it never makes memory grow by more than what its line holds. A list grows by
appending alone, and no path makes what it does not find.
"""

from pathlib import Path
from typing import Final, TypeGuard

from holdfast.sessions.importers.fields import members
from holdfast.sessions.importers.json_lines import read_json_lines

_WHOLE: Final = 0
_SET: Final = 1
_APPEND: Final = 2
_DELETE: Final = 3


class Journal:
    """The value so far. A line that cannot be followed changes nothing, and is counted in `refused`."""

    def __init__(self) -> None:
        self.value: object = {}
        self.refused = 0

    def follow(self, line: dict[str, object]) -> None:
        """Apply one line."""
        kind, path = line.get("kind"), members(line.get("k"))
        if kind == _WHOLE and type(kind) is int:
            self.value = line.get("v")
            return
        holder = self._holder(path)
        done = False
        if holder is not None and type(kind) is int:
            key = path[-1]
            if kind == _SET:
                done = _set(holder, key, line.get("v"))
            elif kind == _APPEND:
                done = _append(holder, key, members(line.get("v")), line.get("i"))
            elif kind == _DELETE:
                done = _delete(holder, key)
        self.refused += not done

    def _holder(self, path: list[object]) -> dict[str, object] | list[object] | None:
        """What holds the place that `path` names; None when the way there does not exist."""
        if not path:
            return None
        at = self.value
        for key in path[:-1]:
            if isinstance(at, dict) and isinstance(key, str):
                at = at.get(key)
            elif isinstance(at, list) and _is_index(key, len(at)):
                at = at[key]
            else:
                return None
        return at if isinstance(at, dict | list) else None


def read_journal(path: Path) -> Journal:
    """The journal in the file; what its torn tail says is not there yet. Raises OSError alone."""
    journal = Journal()
    with path.open("rb") as file:
        for line in read_json_lines(file, 0):
            if line.record is None:
                journal.refused += 1
            else:
                journal.follow(line.record)
    return journal


def _is_index(key: object, length: int) -> TypeGuard[int]:
    return isinstance(key, int) and not isinstance(key, bool) and 0 <= key < length


def _set(holder: dict[str, object] | list[object], key: object, value: object) -> bool:
    if isinstance(holder, dict) and isinstance(key, str):
        holder[key] = value
        return True
    if isinstance(holder, list):
        if _is_index(key, len(holder)):
            holder[key] = value
            return True
        if key == len(holder) and type(key) is int:
            holder.append(value)
            return True
    return False


def _append(holder: dict[str, object] | list[object], key: object, values: list[object], first: object) -> bool:
    """Append to the list at `key`, which begins with the first time that something is."""
    if isinstance(holder, dict) and isinstance(key, str):
        found = holder.setdefault(key, [])
    elif isinstance(holder, list) and _is_index(key, len(holder)):
        found = holder[key]
    else:
        return False
    if not isinstance(found, list):
        return False
    if first is not None:
        if not _is_index(first, len(found) + 1):
            return False
        del found[first:]
    found.extend(values)
    return True


def _delete(holder: dict[str, object] | list[object], key: object) -> bool:
    if isinstance(holder, dict) and isinstance(key, str):
        return holder.pop(key, None) is not None
    if isinstance(holder, list) and _is_index(key, len(holder)):
        holder[key] = None
        return True
    return False
