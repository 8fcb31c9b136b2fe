"""The README's title and first paragraph; documents beside it."""

import re
from collections.abc import Iterator
from typing import Final

from holdfast.manifest.project_facts.fact import Described, ProjectFacts, Said
from holdfast.manifest.project_facts.plain_text import is_plain_path, plain_words
from holdfast.manifest.project_facts.project_tree import ProjectTree, SourceText, there

_READMES: Final = ("README.md", "Readme.md", "readme.md", "README.rst", "README.markdown", "README", "README.txt")
_DOCUMENTS: Final = re.compile(
    r"^(?:docs?/)?(?:CONTRIBUTING|ARCHITECTURE|DEVELOPMENT|HACKING|SECURITY|STYLE\w*|DESIGN)\.(?:md|rst)$|^docs?/[\w-]+\.md$",
    re.IGNORECASE,
)
_NO_PROSE: Final = re.compile(r"\s*$|\t|    |\s*(?:[#=\-~<>|+:.!\[]|\*\s|\d+\.\s|https?:)")
_PARAGRAPH_ENDS: Final = re.compile(r"\s*$|\s*(?:#|[-*+] |<|\||>)")
_UNDERLINE: Final = re.compile(r"\s*([=\-~^*#])\1{2,}\s*$")
_HEADING: Final = re.compile(r"^#{1,2}\s+(?P<words>\S.*)$")
_SHORTEST: Final = 20
_LOOKED_AT: Final = 80
_MOST_DOCUMENTS: Final = 6


def read_readme(tree: ProjectTree) -> ProjectFacts:
    """Purpose from the README; the documents that a newcomer is pointed to."""
    source = next((text for name in _READMES if (text := tree.read(name)) is not None), None)
    purpose = tuple(_first_paragraph(source)) if source is not None else ()
    return ProjectFacts(purpose=purpose, documents=tuple(_documents(tree)))


def _first_paragraph(source: SourceText) -> Iterator[Said]:
    """The first lines of prose, before any code and the second part: no heading, badge, list, table, link target or comment."""
    lines = ["", *source.lines[:_LOOKED_AT], ""]
    is_code, begun, parts = False, 0, 0
    for number, line in enumerate(lines):
        parts += line.startswith("## ") and not is_code
        if parts > 1:  # by then it speaks of something else
            return
        if line.lstrip().startswith(("```", "~~~")):
            is_code = not is_code
        if begun and (is_code or _PARAGRAPH_ENDS.match(line)):
            words = plain_words(" ".join(lines[begun:number]))
            if len(words) >= _SHORTEST:
                yield Said(words, source.line_proof(begun))
                return
            begun = 0
        is_prose = (
            not is_code and not _NO_PROSE.match(line) and not _UNDERLINE.match(lines[min(number + 1, len(lines) - 1)])
        )
        if not begun and is_prose and not lines[number - 1].strip():
            begun = number


def _documents(tree: ProjectTree) -> Iterator[Described]:
    found = [path for path in tree.files if _DOCUMENTS.match(path) and is_plain_path(path)]
    for path in sorted(found, key=lambda path: (path.count("/"), path))[:_MOST_DOCUMENTS]:
        source = tree.read(path)
        for number, line in enumerate(source.lines[:_LOOKED_AT] if source is not None else (), start=1):
            heading = _HEADING.match(line)
            words = plain_words(heading["words"], 80) if heading else ""
            if source is not None and words:
                yield Described(path, words, source.line_proof(number))
                break
        else:
            yield Described(path, "", there(path))
