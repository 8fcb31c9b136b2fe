"""A folder as the manifest's writer sees it: the files that the index's rules let count, and what they prove."""

from dataclasses import dataclass
from pathlib import Path

from holdfast.index.ignore_rules import IgnoreRules
from holdfast.index.secret_files import is_secret
from holdfast.manifest.project_facts.fact import ProjectFacts
from holdfast.manifest.project_facts.gather import gather_facts
from holdfast.manifest.project_facts.project_tree import ProjectTree, walk_project
from holdfast.manifest.writing.checks.check import CheckedManifest, check_manifest
from holdfast.manifest.writing.compose import PLACES as MANIFEST_PLACES
from holdfast.manifest.writing.compose import Proposal, existing_manifest, propose, regions_of
from holdfast.manifest.writing.refresh import Refreshed, refresh
from holdfast.manifest.writing.replace_file import create_file, read_file, replace_file


@dataclass(frozen=True, slots=True)
class Repository:
    """`root` resolved. Looking at one reads some dozens of files, and blocks while it does."""

    root: Path
    rules: IgnoreRules
    tree: ProjectTree
    facts: ProjectFacts

    def is_ignored(self, path: str, is_folder: bool) -> bool:  # noqa: FBT001 - the two belong together
        """Whether a path does not count."""
        return self.rules.why_ignored(path, is_folder) is not None

    @property
    def manifest(self) -> str | None:
        """The place of its CLAUDE.md, None where it has none."""
        return existing_manifest(self.root)

    def propose(self) -> Proposal:
        """The manifest it should have, beside the one it has."""
        place = self.manifest
        before = read_file(self.root, self.root / place) if place is not None else None
        return propose(place or MANIFEST_PLACES[0], before, self.facts)

    def create_manifest(self, proposal: Proposal) -> None:
        """Write a new manifest; ManifestRefused where there is one by now."""
        create_file(self.root, self.root / proposal.path, proposal.after)

    def refresh_manifest(self, place: str, *, write: bool = True) -> Refreshed:
        """Rewrite the marked regions of the manifest at `place`. A file without marks is not touched.

        Raises ManifestRefused and StorageError; then nothing was changed.
        """
        before = read_file(self.root, self.root / place)
        refreshed = refresh(before, regions_of(self.facts))
        if write and refreshed.data != before:
            replace_file(self.root, self.root / place, refreshed.data, expected=before)
        return refreshed

    def check(self, place: str) -> CheckedManifest:
        """What the manifest at `place` says that is no longer true."""
        data = read_file(self.root, self.root / place)
        return check_manifest(place, data, self.tree, self.facts, self.is_ignored)


def look_at(root: Path) -> Repository:
    """The repository at `root` as it is now; blocking."""
    resolved = root.resolve()
    rules = IgnoreRules(resolved)
    tree = walk_project(resolved, lambda path, is_folder: rules.why_ignored(path, is_folder) is not None, is_secret)
    return Repository(resolved, rules, tree, gather_facts(tree))
