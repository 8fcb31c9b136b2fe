"""The fenced `json holdfast` block of a manifest: what a program may know of the project. Validated; nothing else is taken.

It can say what is left out of the index, what prompts may cost, and which model completes here. It cannot name a host, a
command or a file to read: whoever can change the manifest must not gain more than that.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic.alias_generators import to_camel

from holdfast.manifest.loaded_file import LoadedFile
from holdfast.manifest.parse import DataBlock
from holdfast.settings import Settings

_LARGEST: Final = 64 * 1024
_MOST_PROBLEMS: Final = 20
_SCOPES: Final = frozenset({"project", "local", "import"})

Pattern = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=r"^[^\r\n\x00]+$")]


class _Part(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", strict=True, frozen=True, defer_build=True)


class Budgets(_Part):
    """What prompts may cost, in tokens: the settings of the same names."""

    context_tokens: int | None = None
    manifest_tokens: int | None = None
    max_predict: int | None = None


class Model(_Part):
    """The model that completes in this project; `digest` as `ollama list` or `ollama show` has it, or how it begins."""

    name: Annotated[str, StringConstraints(max_length=200, pattern=r"^[\w][\w.:/@+-]*$")]
    digest: Annotated[str, StringConstraints(pattern=r"^(sha256:)?[0-9a-f]{12,64}$")] | None = None


class Block(_Part):
    """All that a block may hold. `ignore` are lines as in `.holdfastignore`."""

    ignore: Annotated[list[Pattern], Field(max_length=500)] | None = None
    budgets: Budgets | None = None
    model: Model | None = None


@dataclass(frozen=True, slots=True)
class ProjectBlock:
    """The blocks of a workspace, merged, the later over the earlier; problems name file and line.

    `data` is what was said, `settings` the same under the names of settings, `ignore` the patterns of all. Where nobody
    could say what the project's manifests hold, `is_known` is False, and that nothing is said here means nothing.
    """

    data: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, object] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    is_known: bool = True


def read_project_block(files: Iterable[LoadedFile]) -> ProjectBlock:
    """What the manifests at the root of a workspace say to programs; a person's own files are not the project's."""
    data: dict[str, Any] = {}
    problems: list[str] = []
    for file in files:
        if file.is_users or file.scope not in _SCOPES:
            continue
        for written in file.manifest.data:
            for name, value in _read(written, file.path, problems).items():
                data[name] = _merged(data.get(name), value)
    return ProjectBlock(data, _settings(data), tuple(data.get("ignore", ())), tuple(problems[:_MOST_PROBLEMS]))


def value_at(data: Mapping[str, Any], key: str) -> object:
    """The value at a dotted `key`; KeyError where there is none."""
    value: object = data
    for part in key.split("."):
        if not isinstance(value, Mapping) or part not in value:
            raise KeyError(key)
        value = value[part]
    return value


def _read(written: DataBlock, path: str, problems: list[str]) -> dict[str, Any]:
    """A block as it was written, when all of it is right; what is wrong is told with its line."""
    if len(written.text) > _LARGEST:
        problems.append(f"{path}:{written.first_line}: the block is longer than {_LARGEST // 1024} KB.")
        return {}
    try:
        raw = json.loads(written.text, object_pairs_hook=_without_repeats, parse_constant=_refuse_constant)
        block = Block.model_validate(raw)
    except json.JSONDecodeError as error:
        problems.append(f"{path}:{written.first_line + error.lineno - 1}: this is not JSON: {error.msg}.")
        return {}
    except ValidationError as error:
        for one in error.errors(include_url=False)[:_MOST_PROBLEMS]:
            line = written.first_line + _line_of(written.text, one["loc"])
            name = ".".join(map(str, one["loc"])) or "the block"
            problems.append(f"{path}:{line}: {name}: {one['msg'][:1].lower()}{one['msg'][1:]}.")
        return {}
    except (ValueError, RecursionError) as error:
        why = str(error) if isinstance(error, _Refused) else "it is nested too deep or holds a number too large"
        problems.append(f"{path}:{written.first_line}: {why}.")
        return {}
    said: dict[str, Any] = block.model_dump(by_alias=True, exclude_none=True)
    wrong = list(_wrong_settings(said, written))
    problems += [f"{path}:{line}: {why}" for line, why in wrong]
    return {} if wrong else said


def _wrong_settings(said: Mapping[str, Any], written: DataBlock) -> Iterable[tuple[int, str]]:
    """What the settings themselves say against a value."""
    for name, value in _settings(said).items():
        try:
            Settings.model_validate({name: value})
        except ValidationError as error:
            what = error.errors()[0]["msg"]
            yield written.first_line + _line_of(written.text, (name,)), f"{name}: {what[:1].lower()}{what[1:]}."


def _settings(data: Mapping[str, Any]) -> dict[str, object]:
    found: dict[str, object] = dict(data.get("budgets", {}))
    model = data.get("model", {})
    if "name" in model:
        found["model"] = model["name"]
    if "digest" in model:
        found["modelDigest"] = model["digest"].removeprefix("sha256:")
    return found


def _merged(earlier: Any, later: Any) -> Any:
    """Lists add up; of budgets each name counts; a model is replaced as a whole: a digest belongs to a name."""
    if isinstance(earlier, list) and isinstance(later, list):
        return [*earlier, *later]
    is_model = isinstance(later, dict) and "name" in later
    return {**earlier, **later} if isinstance(earlier, dict) and not is_model else later


class _Refused(ValueError):
    """JSON that Python would read and that says two things at once, or nothing."""


def _without_repeats(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _Refused(f"“{name[:60]}” is there twice")
        found[name] = value
    return found


def _refuse_constant(name: str) -> object:
    raise _Refused(f"{name} is not JSON")


def _line_of(text: str, place: Sequence[int | str]) -> int:
    """How many lines below the first the innermost name of `place` stands."""
    at = 0
    for name in place:
        found = re.compile(rf'"{re.escape(name)}"\s*:').search(text, at) if isinstance(name, str) else None
        at = found.start() if found is not None else at
    return text.count("\n", 0, at)
