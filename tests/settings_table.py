"""The table of settings in docs/settings.md, made from `holdfast.settings`.

`python tests/settings_table.py` prints it, `--write` puts it between the markers of the page.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import JsonValue

from holdfast.settings import ENVIRONMENT_NAMES, Settings, describe_settings

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "settings.md"
BEGIN: Final = "<!-- settings -->\n"
END: Final = "<!-- /settings -->"

Schema = Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class Setting:
    """`name` in camelCase with dots; `shape` is its JSON Schema as VS Code writes one, without titles and words."""

    name: str
    shape: Schema
    default: object
    description: str


def settings() -> list[Setting]:
    """Every setting in declared order."""
    root = Settings.model_json_schema(by_alias=True)
    shapes: dict[str, Schema] = {}
    for name, shape in root["properties"].items():
        if "$ref" in shape:
            section = root["$defs"][shape["$ref"].rsplit("/", 1)[1]]
            shapes |= {f"{name}.{inner}": _shape(inner_shape) for inner, inner_shape in section["properties"].items()}
        else:
            shapes[name] = _shape(shape)
    return [Setting(name, shapes[name], value, words) for name, value, words in describe_settings(Settings())]


def _shape(schema: Schema) -> Schema:
    """pydantic's schema without what is told elsewhere; `anyOf` with null as VS Code has it: a list of types."""
    choices = schema.get("anyOf")
    if isinstance(choices, list):
        first, null = choices
        assert isinstance(first, dict)
        assert null == {"type": "null"}
        return {**_shape(first), "type": [first["type"], "null"]}
    return {key: value for key, value in schema.items() if key not in {"title", "description", "default"}}


def table() -> str:
    """The table, its last line ended."""
    rows = [("Setting", "What it does", "Values", "Default", "Environment"), ("---",) * 5, *map(_row, settings())]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |\n" for row in rows)


def _row(setting: Setting) -> tuple[str, ...]:
    variables = ", ".join(f"`{name}`" for name in ENVIRONMENT_NAMES.get(setting.name, ()))
    default = f"`{json.dumps(setting.default)}`"
    return f"`holdfast.{setting.name}`", setting.description, _values(setting.shape), default, variables


def _values(shape: Schema) -> str:
    enum = shape.get("enum")
    if isinstance(enum, list):
        return " ".join(f"`{json.dumps(value)}`" for value in enum)
    kinds = shape["type"] if isinstance(shape["type"], list) else [shape["type"]]
    words = " or ".join(str(kind) for kind in kinds)
    items = shape.get("items") or shape.get("additionalProperties")
    if isinstance(items, dict):
        named = items.get("enum")
        values = named if isinstance(named, list) else []
        each = " or ".join(f"`{json.dumps(value)}`" for value in values) or f"{items['type']}s"
        words = words.replace("array", f"list of {each}").replace("object", f"{items['type']} by name")
    if "minimum" in shape:
        words += f", {shape['minimum']:,} to {shape['maximum']:,}"
    return words


def region(page: str) -> str:
    """What stands between the markers of `page`."""
    return page.partition(BEGIN)[2].partition(END)[0]


def with_table(page: str) -> str:
    """`page` with the table between its markers, all else as it was; ValueError where it has not one of each."""
    if page.count(BEGIN) != 1 or page.count(END) != 1 or page.index(BEGIN) > page.index(END):
        raise ValueError(f"The page needs one line {BEGIN.strip()} and, below it, one {END}.")
    head, _, rest = page.partition(BEGIN)
    return head + BEGIN + table() + END + rest.partition(END)[2]


def main(arguments: Sequence[str]) -> None:
    """Print the table, or write it into the page."""
    if "--write" in arguments:
        PAGE.write_text(with_table(PAGE.read_text("utf-8")), "utf-8")
    else:
        sys.stdout.write(table())


if __name__ == "__main__":
    main(sys.argv[1:])
