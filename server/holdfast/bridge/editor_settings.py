"""`claudeCode.environmentVariables` in a workspace's .vscode/settings.json: VS Code does not inherit a shell's variables."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NoReturn

from holdfast.bridge.file_change import FileChange, present_text
from holdfast.errors import SettingsError

PATH: Final = ".vscode/settings.json"
KEY: Final = "claudeCode.environmentVariables"
_INDENT: Final = re.compile(r"^\{\s*?\n(?P<indent>[ \t]+)")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_REMEDY: Final = "Nothing was written. Put the variables there by hand; `holdfast bridge claude` shows them."


def plan_editor_settings(root: Path, environment: Mapping[str, str]) -> FileChange:
    """The file with the variables in it; every other setting and variable stays.

    Raises SettingsError for a file that writing it anew would change otherwise (comments, a name that is there twice), and for
    one that is not what it should be.
    """
    before = present_text(root, PATH)
    settings = _settings_in(before) if before and before.strip() else {}
    listed = settings.get(KEY, [])
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        _refuse(f"{KEY} in {PATH} is not a list of names and values.")
    if not all(isinstance(each.get("name"), str) for each in listed):
        _refuse(f"{KEY} in {PATH} has an entry without a name.")
    wanted = {name: {"name": name, "value": value} for name, value in environment.items()}
    other = {each["name"] for each in listed if each["name"] in wanted and each != wanted[each["name"]]}
    replaced = tuple(name for name in wanted if name in other)
    if before is not None and not replaced and {each["name"] for each in listed}.issuperset(wanted):
        return FileChange(PATH, before, before)
    settings[KEY] = [*(each for each in listed if each["name"] not in wanted), *wanted.values()]
    found = _INDENT.match(before or "")
    indent: str | int = found["indent"] if found else 2
    after = json.dumps(settings, indent=indent, ensure_ascii=False) + "\n"
    if _SURROGATE.search(after):  # half of a pair, which only an escape can write
        after = json.dumps(settings, indent=indent) + "\n"
    end = "\r\n" if "\r\n" in (before or "") else "\n"
    return FileChange(PATH, before, after.replace("\n", end), replaced)


def _settings_in(text: str) -> dict[str, object]:
    if _SURROGATE.search(text):
        _refuse(f"{PATH} is not UTF-8.")
    try:
        settings = json.loads(
            text,
            object_pairs_hook=_without_repeats,
            parse_float=_as_written,
            parse_int=_whole,
            parse_constant=_refuse_word,
        )
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"{PATH} has comments, or is no JSON, and would lose them.", remedy=_REMEDY) from error
    if not isinstance(settings, dict):
        _refuse(f"{PATH} is not an object.")
    return settings


def _without_repeats(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        _refuse(f"{PATH} has a name twice in one object, of which one would be lost.")
    return found


def _as_written(text: str) -> float:
    """A fraction that Python writes as it stands there; 1.50 or 1e3 it would write otherwise."""
    if repr(float(text)) != text:
        _refuse(f"{PATH} has the number {text[:40]}, which would be written otherwise.")
    return float(text)


def _whole(text: str) -> int:
    if str(int(text)) != text:
        _refuse(f"{PATH} has the number {text[:40]}, which would be written otherwise.")
    return int(text)


def _refuse_word(word: str) -> NoReturn:
    _refuse(f"{PATH} has {word}, which is no JSON.")


def _refuse(why: str) -> NoReturn:
    raise SettingsError(why, remedy=_REMEDY)
