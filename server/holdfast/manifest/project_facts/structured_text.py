"""TOML, JSON and XML of a repository as plain values; what cannot be read is empty, for it proves nothing."""

import json
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from xml.parsers import expat

from holdfast.manifest.project_facts.project_tree import SourceText

Table = dict[str, object]
_MOST_DOTS: Final = 200


def toml_table(source: SourceText) -> Table:
    """The table a TOML file holds; none where a line has a key of very many parts, which takes the parser for ever."""
    if any(line.count(".") > _MOST_DOTS for line in source.text.split("\n")):
        return {}
    try:
        return tomllib.loads(source.text)
    except (ValueError, RecursionError):
        return {}


def json_table(source: SourceText) -> Table:
    """The object a JSON file holds."""
    try:
        return table(json.loads(source.text))
    except (ValueError, RecursionError):
        return {}


def table(value: object) -> Table:
    """`value` if it is a table, else an empty one."""
    return value if isinstance(value, dict) else {}


def at(value: object, *keys: str) -> object:
    """What stands under `keys`, one table in another; None where one is missing."""
    for key in keys:
        value = table(value).get(key)
    return value


def text_at(value: object, *keys: str) -> str:
    """The same as a text, "" where it is none."""
    found = at(value, *keys)
    return found if isinstance(found, str) else ""


def texts_at(value: object, *keys: str) -> list[str]:
    """The texts of a list, or of the one that stands alone."""
    found = at(value, *keys)
    listed = found if isinstance(found, list) else [found]
    return [each for each in listed if isinstance(each, str)]


@dataclass(frozen=True, slots=True)
class XmlText:
    """A text in an XML file: the names of the elements around it, outermost first, and its line (1-based)."""

    path: tuple[str, ...]
    text: str
    line: int


def xml_texts(source: SourceText) -> Iterator[XmlText]:
    """The texts and attributes (as `name@attribute`) of an XML file up to where it is torn; one with a DOCTYPE gives none.

    Without a DOCTYPE there are no entities to expand, and nothing outside is fetched.
    """
    if "<!DOCTYPE" in source.text or "<!ENTITY" in source.text:
        return iter(())
    found: list[XmlText] = []
    around: list[str] = []
    pieces: list[tuple[str, int]] = []
    parser = expat.ParserCreate()

    def told() -> None:
        """A text is whole at the next element's begin or end; its line is that of its first word."""
        words = "".join(piece for piece, _ in pieces).strip()
        if words:
            found.append(XmlText(tuple(around), words, next(line for piece, line in pieces if piece.strip())))
        pieces.clear()

    def start(name: str, attributes: dict[str, str]) -> None:
        told()
        around.append(name.rpartition(":")[2])
        line = parser.CurrentLineNumber
        found.extend(XmlText((*around[:-1], f"{around[-1]}@{key}"), text, line) for key, text in attributes.items())

    def end(_: str) -> None:
        told()
        around.pop()

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = lambda data: pieces.append((data, parser.CurrentLineNumber))
    with suppress(expat.ExpatError, ValueError, RecursionError):
        parser.Parse(source.text, True)
    return iter(found)
