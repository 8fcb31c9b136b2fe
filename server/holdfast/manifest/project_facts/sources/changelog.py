"""Where a project stands, as its changelog says."""

import re
from typing import Final

from holdfast.manifest.project_facts.fact import ProjectFacts, Said
from holdfast.manifest.project_facts.plain_text import plain_words
from holdfast.manifest.project_facts.project_tree import ProjectTree

_NAMES: Final = ("CHANGELOG.md", "CHANGES.md", "Changelog.md", "HISTORY.md", "NEWS.md")
_HEADING: Final = re.compile(r"^##?\s+(?P<words>(?=.*\d+\.\d|.*\bunreleased\b)\S.*)$", re.IGNORECASE)
_LOOKED_AT: Final = 200


def read_changelog(tree: ProjectTree) -> ProjectFacts:
    """The newest heading of the changelog."""
    source = next((text for name in _NAMES if (text := tree.read(name)) is not None), None)
    for number, line in enumerate(source.lines[:_LOOKED_AT] if source is not None else (), start=1):
        found = _HEADING.match(line)
        words = plain_words(found["words"], 80) if found else ""
        if source is not None and words:
            return ProjectFacts(versions=(Said(f"Newest entry: “{words}”", source.line_proof(number)),))
    return ProjectFacts()
