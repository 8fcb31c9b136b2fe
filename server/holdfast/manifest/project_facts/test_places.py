"""A test file for the command that runs one test: a real one, the nearest to the root."""

import re
from typing import Final, Literal

from holdfast.manifest.project_facts.project_tree import ProjectTree

TestLanguage = Literal["python", "javascript", "go", "rust", "java", "ruby", "php"]

_NAMES: Final[dict[TestLanguage, re.Pattern[str]]] = {
    "python": re.compile(r"(?:^|/)test_\w+\.py$"),
    "javascript": re.compile(
        r"(?:\.(?:test|spec)\.[cm]?[jt]sx?|(?:^|/)(?:tests?|__tests__|spec)/(?:[\w.-]+/)*[\w.-]+\.[cm]?[jt]sx?)$"
    ),
    "go": re.compile(r"_test\.go$"),
    "rust": re.compile(r"^tests/\w+\.rs$|/tests/\w+\.rs$"),
    "java": re.compile(r"(?:^|/)src/test/java/(?:\w+/)*\w+Test\.java$"),
    "ruby": re.compile(r"(?:_spec|_test|(?:^|/)test_\w+)\.rb$"),
    "php": re.compile(r"Test\.php$"),
}
_CONTENT: Final[dict[TestLanguage, re.Pattern[str]]] = {
    "python": re.compile(r"^[ \t]*(?:async )?def test", re.MULTILINE),
    "javascript": re.compile(r"\b(?:it|test|describe|suite)\b(?:\.\w+)*\s*\("),
}
_TEST_FOLDER: Final = re.compile(r"(?:^|/)(?:tests?|spec|__tests__)/")
_LOOKED_AT: Final = 40
_NOT_A_TEST: Final = re.compile(
    r"(?:^|/)(?:fixtures?|__fixtures__|testdata|data|support|helpers?|utils?|lib|benchmarks?|node_modules)/|\.d\.ts$|(?:helper|setup|common|index)\w*\.\w+$",
    re.IGNORECASE,
)


def test_files(tree: ProjectTree, folder: str, language: TestLanguage) -> list[str]:
    """The test files below `folder` ("" for all): those in a folder of tests first, then those near the root."""
    name = _NAMES[language]
    inside = tree.below(folder) if folder else tree.files
    found = [path for path in inside if name.search(path) and not _NOT_A_TEST.search(path)]
    return sorted(found, key=lambda path: (_TEST_FOLDER.search(path) is None, path.count("/"), path))


def first_test(tree: ProjectTree, folder: str, language: TestLanguage) -> str | None:
    """The first of `test_files` that holds a test; some are looked at."""
    content = _CONTENT.get(language)
    for path in test_files(tree, folder, language)[:_LOOKED_AT]:
        text = tree.read(path)
        if text is not None and (content is None or content.search(text.text)):
            return path
    return None
