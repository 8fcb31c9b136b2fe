"""Which paths of a workspace do not count, by git's rules, by `.holdfastignore`, and by what is never source.

Precedence as in git: the last matching line of the deepest file wins, then its parents', `.git/info/exclude`,
`core.excludesFile`; nothing below an ignored folder comes back. `.holdfastignore` (the same syntax, at any level)
stands above all of git's files, so that it may also bring a file back that git ignores. Rules that were declared elsewhere
(the manifest's, see `declared_rules`) count like those of a `.holdfastignore` at the root, and above them.
"""

import os
from pathlib import Path

from holdfast.index.rule_file import RULE_FILES
from holdfast.index.rule_snapshot import RuleSnapshot


class IgnoreRules:
    """The rules of one workspace. Making it reads files and asks git once.

    A question costs some microseconds; the first one about a directory also looks for four files in it and reads the rule
    files among them, at about 1 µs a line and 50 µs for each line that may speak of the path and was never compiled before.
    What was read holds until `reread`, which another thread may call while questions are asked.
    """

    def __init__(self, root: Path, declared: Path | None = None) -> None:
        """`declared` is a file with rules for `root` that lies elsewhere, there or not."""
        self._snapshot = RuleSnapshot(root.absolute(), declared)

    def reread(self) -> None:
        """Look at the known files again and, if one has changed, read them all anew. Blocking: not for an event loop.

        Questions are answered from what was known before until everything has been read.
        """
        if self._snapshot.is_stale():
            self._snapshot = self._snapshot.successor()

    @staticmethod
    def is_rule_file(relative_path: str) -> bool:
        """Whether a change of this file changes what is ignored."""
        return relative_path.rpartition("/")[2] in RULE_FILES

    def outer_rule_files(self) -> list[Path]:
        """Rule files that may lie outside the workspace: `info/exclude`, `core.excludesFile` and the declared ones."""
        return list(self._snapshot.outer_rule_files)

    def why_ignored(self, relative_path: str, is_directory: bool) -> str | None:  # noqa: FBT001 - the two belong together
        """What ignores a path ("node_modules", ".gitignore: *.log"), or None; `relative_path` uses "/".

        A path that leaves the workspace (absolute, or through "..") is ignored as "outside the workspace".
        """
        path = relative_path.strip("/")
        parts = path.split("/")
        if relative_path.startswith("/") or ".." in parts or (os.name == "nt" and ":" in parts[0]):
            return "outside the workspace"
        if path in {"", "."}:
            return None
        snapshot = self._snapshot  # one for the whole question: `reread` may put another in its place
        for end in range(1, len(parts)):
            reason = snapshot.why_directory("/".join(parts[:end]))
            if reason is not None:
                return reason
        return snapshot.why_directory(path) if is_directory else snapshot.why_file(path)
