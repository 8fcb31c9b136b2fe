"""Every grammar of the table cuts its fixture as the golden file says: `fixtures/languages/<query>/`."""

import json
from pathlib import Path

import pytest

from holdfast.index.chunker import chunk_source
from holdfast.index.code_names import called_names, code_names
from holdfast.index.definitions import dissect, imports_in
from holdfast.index.languages import LANGUAGES, language_of
from holdfast.index.source_text import SourceText

FIXTURES = Path(__file__).parents[2] / "fixtures" / "languages"
SOURCES = sorted(path for path in FIXTURES.glob("*/*") if path.suffix != ".golden")


def anatomy(path: Path) -> dict[str, object]:
    """What a golden file holds, as JSON has it: lists of plain values, one row each."""
    text = path.read_text(encoding="utf-8")
    language = language_of(path.name)
    chunked = chunk_source(SourceText(path.name, language, text))
    return {
        "language": language,
        "chunks": [
            [chunk.kind, chunk.qualified_name, chunk.signature, chunk.signature_line, chunk.first_line, chunk.last_line]
            for chunk in chunked.chunks
        ],
        "fields": [[field.qualified_name, field.line] for field in chunked.fields],
        "imports": [[found.module, found.name, found.alias] for found in chunked.imports],
        "calls": [[call.qualifier, call.name, call.row + 1] for call in called_names(language, text.encode())],
    }


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(FIXTURES).as_posix())
def test_a_language_is_cut_as_its_golden_file_says(path: Path) -> None:
    expected = json.loads(path.with_name(path.name + ".golden").read_text(encoding="utf-8"))
    assert anatomy(path) == expected


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(FIXTURES).as_posix())
def test_imports_looked_for_alone_are_those_of_the_whole(path: Path) -> None:
    language, data = language_of(path.name), path.read_bytes()
    whole = dissect(language, data)
    assert whole is not None
    assert imports_in(language, data) == whole.imports


def test_every_grammar_has_a_fixture() -> None:
    assert {row.grammar.query for row in LANGUAGES if row.grammar} == {path.parent.name for path in SOURCES}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(FIXTURES).as_posix())
def test_fields_and_signatures_are_the_lines_they_say(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    lines = text.split("\n")
    chunked = chunk_source(SourceText(path.name, language_of(path.name), text))
    assert [field.text for field in chunked.fields] == [lines[field.line - 1] for field in chunked.fields]
    named = [chunk for chunk in chunked.chunks if chunk.name]
    assert [chunk.signature.split("\n")[0] for chunk in named] == [lines[chunk.signature_line - 1] for chunk in named]
    assert [chunk for chunk in chunked.chunks if not chunk.name and chunk.signature_line] == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(FIXTURES).as_posix())
def test_names_stand_in_code_and_never_in_a_comment_or_a_string(path: Path) -> None:
    data = path.read_bytes()
    lines = data.split(b"\n")
    names = code_names(language_of(path.name), data)
    assert names == tuple(sorted(names, key=lambda name: (name.row, name.column)))
    assert not {"quoted", "Quoted", "comment"} & {name.name for name in names}
    for name in names:
        assert name.name.encode() in lines[name.row][name.column :]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(FIXTURES).as_posix())
def test_every_field_is_named_in_code_as_a_definition(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    language = language_of(path.name)
    fields = {field.name for field in chunk_source(SourceText(path.name, language, text)).fields}
    assert fields <= {name.name for name in code_names(language, text.encode()) if name.is_definition}
