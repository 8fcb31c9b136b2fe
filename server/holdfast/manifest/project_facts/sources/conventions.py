"""What code cannot show: .editorconfig, line lengths of formatters; what nobody edits: lock files, marked paths."""

import re
from collections.abc import Iterator
from typing import Final

from holdfast.manifest.project_facts.fact import Described, ProjectFacts, Said
from holdfast.manifest.project_facts.plain_text import is_plain_path
from holdfast.manifest.project_facts.project_tree import ProjectTree, SourceText, there
from holdfast.manifest.project_facts.structured_text import at, toml_table

_WRITTEN_BY: Final = {
    "uv.lock": "uv lock", "poetry.lock": "poetry lock", "pdm.lock": "pdm lock", "Pipfile.lock": "pipenv lock",
    "package-lock.json": "npm install", "yarn.lock": "yarn install", "pnpm-lock.yaml": "pnpm install", "bun.lock": "bun install",
    "Cargo.lock": "cargo build", "go.sum": "go mod tidy", "composer.lock": "composer update", "Gemfile.lock": "bundle lock",
    "packages.lock.json": "dotnet restore",
}  # fmt: skip
_SECTION: Final = re.compile(r"^\[(?P<glob>.+)\]\s*$")
_KEY: Final = re.compile(r"^\s*(?P<key>\w+)\s*=\s*(?P<value>[\w-]+)\s*$")
_ATTRIBUTE: Final = re.compile(
    r"^(?P<path>[\w./-]+?)(?:/\*\*?|/)?\s+.*\blinguist-(?P<what>generated|vendored)(?:=true)?\b(?!=)"
)
_GLOB: Final = re.compile(r"[\w*.,{}\[\]/-]{1,40}")


def read_conventions(tree: ProjectTree) -> ProjectFacts:
    """The conventions that files of configuration state, and what is generated or somebody else's."""
    protected: list[Described] = []
    locks = tree.named(*_WRITTEN_BY)
    generated = [Described(path, _WRITTEN_BY[path.rpartition("/")[2]], there(path)) for path in locks]
    attributes = tree.read(".gitattributes")
    for number, line in enumerate(attributes.lines if attributes is not None else (), start=1):
        found = _ATTRIBUTE.match(line)
        if attributes is None or not found or not is_plain_path(found["path"]) or not _is_there(tree, found["path"]):
            continue
        words = "generated" if found["what"] == "generated" else "somebody else's code"
        protected.append(Described(found["path"], words, attributes.line_proof(number)))
    said = (*_editorconfig(tree), *_line_lengths(tree))
    return ProjectFacts(conventions=said, generated=tuple(generated), protected=tuple(protected))


def _is_there(tree: ProjectTree, path: str) -> bool:
    return tree.has(path) or tree.has_folder(path)


def _editorconfig(tree: ProjectTree) -> Iterator[Said]:
    source = tree.read(".editorconfig")
    if source is None:
        return
    style: dict[str, str] = {}
    glob, begun = "", 0
    for number, line in enumerate([*source.lines, "[end]"], start=1):
        if section := _SECTION.match(line):
            if style.get("indent_style") and _GLOB.fullmatch(glob):
                yield Said(_indentation(glob, style), source.line_proof(begun))
            glob, style, begun = section["glob"], {}, number
        elif key := _KEY.match(line):
            style[key["key"].lower()] = key["value"].lower()


def _indentation(glob: str, style: dict[str, str]) -> str:
    size = style.get("indent_size", style.get("tab_width", ""))
    width = f"{size} spaces" if style["indent_style"] == "space" and size.isdigit() else style["indent_style"]
    where = "" if glob == "*" else f" in `{glob}`"
    end = style.get("end_of_line", "")
    return f"Indentation{where}: {'tabs' if width == 'tab' else 'spaces' if width == 'space' else width}" + (
        f"; line ends: {end.upper()}" if end in {"lf", "crlf", "cr"} else ""
    )


def _line_lengths(tree: ProjectTree) -> Iterator[Said]:
    pyproject, rustfmt = tree.read("pyproject.toml"), tree.read("rustfmt.toml")
    for source, keys in (
        (pyproject, ("tool", "ruff", "line-length")),
        (pyproject, ("tool", "black", "line-length")),
        (rustfmt, ("max_width",)),
    ):
        said = _length(source, keys)
        if said is not None:
            yield said
            return


def _length(source: SourceText | None, keys: tuple[str, ...]) -> Said | None:
    length = at(toml_table(source), *keys) if source is not None else None
    if source is None or not isinstance(length, int) or isinstance(length, bool):
        return None
    return Said(f"Lines of at most {length} characters", source.key_proof(keys[-1]))
