"""What a person is told of manifests: that the ones at the root changed, and of what waits, in words alone."""

import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from holdfast.lsp.manifest_news import ManifestNews
from holdfast.manifest.workspace_manifests import WorkspaceManifests
from holdfast.workspace_folder import WorkspaceFolder
from manifest_workspace import ManifestWorkspace


class Told:
    """A window that keeps its messages, and how often the manifests at the root were said to have changed."""

    def __init__(self) -> None:
        self.messages: list[str] = []
        self.changes = 0
        self.news = ManifestNews(cast("LanguageServer", self), self._change)

    def window_show_message(self, params: types.ShowMessageParams) -> None:
        self.messages.append(params.message)

    async def look(self, workspace: ManifestWorkspace, manifests: WorkspaceManifests) -> int:
        """How many changes this look has told."""
        before = self.changes
        folder: Any = SimpleNamespace(root=workspace.root, manifests=manifests)
        self.news.look([cast("WorkspaceFolder", folder)])
        await self.news.tell()
        return self.changes - before

    async def _change(self) -> None:
        self.changes += 1


async def test_a_change_at_the_root_is_noticed_once_also_in_a_folder_built_anew(tmp_path: Path) -> None:
    workspace, told = ManifestWorkspace(tmp_path), Told()
    workspace.write({"CLAUDE.md": "First."})
    seen = [await told.look(workspace, workspace.manifests)]
    anew = WorkspaceManifests(workspace.source, "CLAUDE.md")
    seen.append(await told.look(workspace, anew))
    workspace.write({"CLAUDE.md": "Second, longer."})
    seen += [await told.look(workspace, anew) for _ in range(2)]

    assert seen == [0, 0, 1, 0]


async def test_a_change_at_the_root_is_noticed_after_work_in_many_folders(tmp_path: Path) -> None:
    workspace, told = ManifestWorkspace(tmp_path), Told()
    workspace.write({"CLAUDE.md": "First."})
    await told.look(workspace, workspace.manifests)
    for number in range(40):
        workspace.shown(f"{number}/app.py")
    quiet = await told.look(workspace, workspace.manifests)
    for number in range(40):
        workspace.shown(f"{number}/app.py")
    workspace.write({"CLAUDE.md": "Second, longer."})

    assert (quiet, await told.look(workspace, workspace.manifests)) == (0, 1)


async def test_names_of_authors_and_files_are_no_links_and_no_hidden_text(tmp_path: Path) -> None:
    workspace, told = ManifestWorkspace(tmp_path), Told()
    for arguments in (
        ("init", "--quiet"),
        ("config", "user.name", "Me"),
        ("config", "user.email", "me@example.org"),
        ("config", "commit.gpgsign", "false"),
    ):
        git(workspace.root, *arguments)
    workspace.write({"CLAUDE.md": "First."})
    git(workspace.root, "add", "--all")
    git(workspace.root, "commit", "--quiet", "--message=x")
    await told.look(workspace, workspace.manifests)
    name = "[Review](command:workbench.action.quit) \u202egnp" + "x" * 200
    workspace.write({"CLAUDE.md": "Second.", "../[a](command:b).md": "Out."})
    git(workspace.root, "commit", "--quiet", "--all", f"--author={name} <eve@example.org>", "--message=x")
    workspace.write({"CLAUDE.local.md": "@../[a](command:b).md"})
    await told.look(workspace, workspace.manifests)

    assert len(told.messages) == 2
    assert "［Review］（command:workbench.action.quit）" in told.messages[0]  # noqa: RUF001 - what is shown instead
    assert "~/w/［a］（command:b）.md" in told.messages[1]  # noqa: RUF001 - what is shown instead
    for message in told.messages:
        assert not set("[]()\u202e") & set(message.replace("changed (", "").replace("). What", ""))
        assert "x" * 81 not in message


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=True, timeout=60)
