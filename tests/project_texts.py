"""Projects for the evaluation's tests: texts by path, no files."""

from collections.abc import Mapping
from pathlib import Path

from holdfast.evaluation.project_names import ProjectFile, ProjectNames
from holdfast.index.languages import language_of


def project(texts: Mapping[str, str]) -> ProjectNames:
    """The names of a project whose files are `texts` by path."""
    return ProjectNames([ProjectFile(path, language_of(path), text) for path, text in texts.items()])


def write_project(root: Path, texts: Mapping[str, str]) -> Path:
    """The same project as files under `root`."""
    for path, text in texts.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root.resolve()


def long_client(calls: int) -> str:
    """A Python file with rows of code enough to be drawn, each of which calls a function of `tools.py` once."""
    return "import tools\n\n\n" + "".join(
        f"def step_{number}(value):\n    return tools.tool_{number}(value)\n" for number in range(calls)
    )


def long_tools(calls: int) -> str:
    """The file that defines them."""
    return "".join(f"def tool_{number}(value):\n    return value + {number}\n\n\n" for number in range(calls))
