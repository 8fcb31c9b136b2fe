"""A workspace that is a work tree of git, with commits by whoever is named."""

import subprocess
from pathlib import Path

from holdfast.manifest.approve import approve_changes
from holdfast.manifest.consent import HeldChange
from manifest_workspace import ManifestWorkspace

ME, ADA = ("Me", "me@example.org"), ("Ada", "ada@example.org")


class Repository(ManifestWorkspace):
    """The workspace as a work tree of git; commits are made by whoever is named."""

    def __init__(self, place: Path) -> None:
        super().__init__(place)
        self.git("init", "--quiet", "--initial-branch=main")
        for key, value in (("user.name", ME[0]), ("user.email", ME[1]), ("commit.gpgsign", "false")):
            self.git("config", key, value)

    def git(self, *arguments: str) -> str:
        ran = subprocess.run(["git", *arguments], cwd=self.root, capture_output=True, check=True, timeout=60)
        return ran.stdout.decode().strip()

    def commit(self, files: dict[str, str | bytes], by: tuple[str, str] = ME) -> None:
        self.write(files)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", f"--author={by[0]} <{by[1]}>", "--message=x")

    def sign_last_commit(self) -> None:
        """Give it a signature that nobody can check without asking a program."""
        head, _, message = self.git("cat-file", "commit", "HEAD").partition("\n\n")
        signed = f"{head}\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n -----END PGP SIGNATURE-----\n\n{message}\n"
        (self.root.parent / "commit").write_text(signed)
        self.git("update-ref", "HEAD", self.git("hash-object", "-t", "commit", "-w", str(self.root.parent / "commit")))

    def used(self, asked: str = "app.py") -> list[str]:
        return [line.partition(" | ")[2] for line in self.shown(asked)]

    def held(self, asked: str = "app.py") -> list[HeldChange]:
        return list(self.manifests.read(asked).held)

    def approve(self, asked: str = "app.py") -> None:
        approve_changes(self.source, self.held(asked))
