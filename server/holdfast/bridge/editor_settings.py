"""`claudeCode.environmentVariables` in a workspace's .vscode/settings.json: VS Code does not inherit a shell's variables."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from holdfast.bridge.file_change import FileChange, present_text
from holdfast.errors import SettingsError

PATH: Final = ".vscode/settings.json"
KEY: Final = "claudeCode.environmentVariables"
_INDENT: Final = re.compile(r"^\{\s*?\n(?P<indent>[ \t]+)")
_REMEDY: Final = "Nothing was written. Put the variables there by hand; `holdfast bridge claude` shows them."


def plan_editor_settings(root: Path, environment: Mapping[str, str]) -> FileChange:
    """The file with the variables in it; every other setting and variable stays.

    Raises SettingsError for a file with comments, which writing it anew would lose, and for one that is not what it should be.
    """
    before = present_text(root, PATH)
    settings = _settings_in(before) if before and before.strip() else {}
    listed = settings.get(KEY, [])
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise SettingsError(f"{KEY} in {PATH} is not a list of names and values.", remedy=_REMEDY)
    known = {each.get("name"): each.get("value") for each in listed}
    replaced = tuple(name for name, value in environment.items() if name in known and known[name] != value)
    if before is not None and all(known.get(name) == value for name, value in environment.items()):
        return FileChange(PATH, before, before)
    kept = [each for each in listed if each.get("name") not in environment]
    settings[KEY] = [*kept, *({"name": name, "value": value} for name, value in environment.items())]
    found = _INDENT.match(before or "")
    indent: str | int = found["indent"] if found else 2
    after = json.dumps(settings, indent=indent, ensure_ascii=False) + "\n"
    return FileChange(PATH, before, after, replaced)


def _settings_in(text: str) -> dict[str, object]:
    try:
        settings = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"{PATH} has comments, or is no JSON, and would lose them.", remedy=_REMEDY) from error
    if not isinstance(settings, dict):
        raise SettingsError(f"{PATH} is not an object.", remedy=_REMEDY)
    return settings
