"""A made-up workspace with a home and a policy folder beside it, and its manifests as they are read."""

from collections.abc import Mapping
from pathlib import Path

from holdfast.index.secret_files import is_secret
from holdfast.manifest.ledger import Ledger
from holdfast.manifest.load import Source
from holdfast.manifest.locate import Homes
from holdfast.manifest.workspace_manifests import WorkspaceManifests


class ManifestWorkspace:
    """`place/home/w/workspace`, `place/home`, `place/managed`; paths of files begin with "~/", "managed/", "../" or nothing."""

    def __init__(self, place: Path, name: str = "CLAUDE.md") -> None:
        home = place / "home"
        self.root = home / "w" / "workspace"
        self.root.mkdir(parents=True)
        self.homes = Homes(home, home / ".claude", place / "managed")
        self.ledger = Ledger(place / "data" / "manifests.db", self.root)
        self.source = Source(self.root, self.homes, is_secret, self.ledger)
        self.manifests = WorkspaceManifests(self.source, name)

    def at(self, path: str) -> Path:
        """Where a file lies."""
        if path.startswith("~/"):
            return self.homes.home / path[2:]
        if path.startswith("managed/"):
            return self.homes.managed / path.removeprefix("managed/")
        return self.root / path

    def write(self, files: Mapping[str, str | bytes]) -> None:
        """Write files; a text that begins with "-> " makes a link."""
        for path, content in files.items():
            file = self.at(path)
            file.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, bytes):
                file.write_bytes(content)
            elif content.startswith("-> "):
                file.symlink_to(content.removeprefix("-> "))
            else:
                file.write_bytes(content.encode())

    def shown(self, asked: str = "src/app.py") -> list[str]:
        """What applies to the file `asked`: "scope path | text" for each section, ¶ for the ends of lines."""
        return [
            f"{section.scope} {section.path} | {section.text}".replace("\n", "¶")
            for section in self.manifests.read(asked).sections_for(asked)
        ]

    def problems(self, asked: str = "src/app.py") -> tuple[str, ...]:
        """What was wrong on the way."""
        return self.manifests.read(asked).problems
