"""Everything a manifest says that can be held against the repository, held against it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from holdfast.manifest.project_facts.fact import ProjectFacts
from holdfast.manifest.project_facts.project_tree import ProjectTree
from holdfast.manifest.writing.checks.code_texts import split_code
from holdfast.manifest.writing.checks.commands import check_commands
from holdfast.manifest.writing.checks.finding import Finding
from holdfast.manifest.writing.checks.paths import KnownPaths, check_imports, check_paths
from holdfast.manifest.writing.checks.versions import check_versions
from holdfast.manifest.writing.compose import regions_of
from holdfast.manifest.writing.refresh import refresh
from holdfast.manifest.writing.refusal import ManifestRefused
from holdfast.manifest.writing.text_form import read_lines

ADVISED_LINES: Final = 200
"""Claude Code's documentation advises fewer lines than that."""


@dataclass(frozen=True, slots=True)
class CheckedManifest:
    """The manifest at `path`, its length and what was found, by line."""

    path: str
    lines: int
    findings: tuple[Finding, ...]

    @property
    def is_stale(self) -> bool:
        """Whether anything in it is no longer true."""
        return any(finding.is_stale for finding in self.findings)


def check_manifest(
    path: str, data: bytes, tree: ProjectTree, facts: ProjectFacts, is_ignored: Callable[[str, bool], bool]
) -> CheckedManifest:
    """Commands, paths, imports and versions that no longer exist, regions that are out of date, and the length."""
    try:
        _, lines = read_lines(data)
    except ManifestRefused as error:
        return CheckedManifest(path, 0, (Finding(1, "marks", error.message, error.remedy),))
    code, prose = split_code([line.text for line in lines])
    known = KnownPaths(tree, is_ignored)
    findings = [
        *check_commands(known, code, prose),
        *check_paths(known, code),
        *check_imports(known, prose, path.rpartition("/")[0]),
        *check_versions(facts.pins, prose),
        *_regions(data, facts),
    ]
    if len(lines) >= ADVISED_LINES:
        findings.append(_too_long(len(lines)))
    in_order = sorted(dict.fromkeys(findings), key=lambda finding: (finding.line, finding.kind))
    return CheckedManifest(path, len(lines), tuple(in_order))


def _regions(data: bytes, facts: ProjectFacts) -> list[Finding]:
    try:
        refreshed = refresh(data, regions_of(facts))
    except ManifestRefused as error:
        return [Finding(1, "marks", error.message, error.remedy)]
    return [
        Finding(
            change.line,
            "region",
            f"The marked region is out of date ({change}).",
            "Run the command Refresh Project Context, or `holdfast manifest refresh`.",
        )
        for change in refreshed.changes
    ]


def _too_long(lines: int) -> Finding:
    return Finding(
        ADVISED_LINES,
        "length",
        f"The file has {lines} lines; under {ADVISED_LINES} is advised, as all of them are sent each time.",
        "Move what is read now and then to files of its own, and name them here.",
        is_stale=False,
    )
