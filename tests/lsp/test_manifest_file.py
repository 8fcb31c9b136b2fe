"""CLAUDE.md refreshed and created from the editor."""

from pathlib import Path

from lsp_client import LspClient

STACK = "<!-- holdfast:stack -->\n- Perl\n<!-- /holdfast:stack -->\n"
FRESH = "<!-- holdfast:stack -->\n- Python\n<!-- /holdfast:stack -->\n"


async def test_refreshing_rewrites_the_marked_region_and_says_what_changed(workspace: Path) -> None:
    (workspace / "CLAUDE.md").write_bytes(b"mine\r\n" + STACK.encode())
    async with LspClient() as client:
        await client.initialize(workspace)
        first = await client.command("holdfast.refreshProjectContext")
        second = await client.command("holdfast.refreshProjectContext")

    assert (workspace / "CLAUDE.md").read_bytes() == b"mine\r\n" + FRESH.encode()
    assert first["manifests"] == [
        {
            "folder": workspace.name,
            "path": "CLAUDE.md",
            "changes": [
                {
                    "name": "stack",
                    "line": 2,
                    "removed": ["- Perl"],
                    "added": ["- Python"],
                    "said": "stack: 1 line added, 1 removed",
                }
            ],
            "note": "",
        }
    ]
    assert first["summary"].endswith(" CLAUDE.md: stack: 1 line added, 1 removed.")
    assert second["manifests"] == [{"folder": workspace.name, "path": "CLAUDE.md", "changes": [], "note": ""}]


async def test_unsaved_changes_are_not_written_under(workspace: Path) -> None:
    file = workspace / "CLAUDE.md"
    file.write_text(STACK)
    async with LspClient() as client:
        await client.initialize(workspace)
        client.open(file.as_uri(), f"new\n{STACK}", "markdown")
        dirty = await client.command("holdfast.refreshProjectContext")
        client.change(file.as_uri(), (0, 0), (1, 0), "")
        clean = await client.command("holdfast.refreshProjectContext")

    assert dirty["manifests"][0]["note"] == "CLAUDE.md has unsaved changes and was not touched; save it and try again."
    assert clean["manifests"][0]["note"] == ""
    assert file.read_text() == FRESH


async def test_unsaved_changes_are_seen_through_a_link_to_the_folder(workspace: Path, tmp_path: Path) -> None:
    file = workspace / "CLAUDE.md"
    file.write_text(STACK)
    link = tmp_path / "link"
    link.symlink_to(workspace)
    async with LspClient() as client:
        await client.initialize(link)
        client.open((link / "CLAUDE.md").as_uri(), f"new\n{STACK}", "markdown")
        dirty = await client.command("holdfast.refreshProjectContext")

    assert [answer["note"] for answer in dirty["manifests"]] == [
        "CLAUDE.md has unsaved changes and was not touched; save it and try again."
    ]
    assert file.read_text() == STACK


async def test_a_file_of_another_encoding_that_is_open_has_no_unsaved_changes(workspace: Path) -> None:
    file = workspace / "CLAUDE.md"
    file.write_bytes(b"caf\xe9\r\n" + STACK.encode())
    async with LspClient() as client:
        await client.initialize(workspace)
        client.open(file.as_uri(), f"caf\ufffd\r\n{STACK}", "markdown")
        answer = await client.command("holdfast.refreshProjectContext")

    assert answer["manifests"][0]["note"] == ""
    assert file.read_bytes() == b"caf\xe9\r\n" + FRESH.encode()


async def test_an_untrusted_workspace_is_neither_refreshed_nor_given_one(workspace: Path) -> None:
    (workspace / "CLAUDE.md").write_text(STACK)
    async with LspClient() as client:
        await client.initialize(workspace, options={"workspaceTrusted": False})
        refreshed = await client.command("holdfast.refreshProjectContext")
        created = await client.command("holdfast.createManifest")

    assert refreshed["manifests"] == []
    assert created["error"] == "The workspace is not trusted, so its CLAUDE.md was not looked at."
    assert (workspace / "CLAUDE.md").read_text() == STACK


async def test_what_keeps_it_from_being_refreshed_is_said_and_the_rest_goes_on(workspace: Path) -> None:
    (workspace / "CLAUDE.md").unlink()
    notes = []
    async with LspClient() as client:
        await client.initialize(workspace)
        for text in (None, "mine\n", "<!-- holdfast:stack -->\n"):
            if text is not None:
                (workspace / "CLAUDE.md").write_text(text)
            answer = await client.command("holdfast.refreshProjectContext")
            notes.append(answer["manifests"][0]["note"])

    assert notes == [
        "There is no CLAUDE.md; “Create CLAUDE.md” writes one.",
        "CLAUDE.md has no marked region, so nothing in it was changed; “Create CLAUDE.md” shows one to take over.",
        (
            "Line 1: <!-- holdfast:stack --> is never closed. Put each pair of marks right, one behind the other and each once, "
            "or delete them; nothing was changed."
        ),
    ]
    assert (workspace / "CLAUDE.md").read_text() == "<!-- holdfast:stack -->\n"


async def test_a_manifest_is_created_once_and_then_only_compared(workspace: Path) -> None:
    file = workspace / "CLAUDE.md"
    file.unlink()
    async with LspClient() as client:
        await client.initialize(workspace)
        first = await client.command("holdfast.createManifest", {"uri": (workspace / "app.py").as_uri()})
        written = file.read_text()
        file.write_text("mine\n")
        second = await client.command("holdfast.createManifest")

    assert {key: first[key] for key in ("path", "uri", "written")} == {
        "path": "CLAUDE.md",
        "uri": file.as_uri(),
        "written": True,
    }
    assert "## Stack" in written
    assert first["summary"] == f"CLAUDE.md is written: {len(written.splitlines())} lines."
    assert (second["written"], second["summary"]) == (
        False,
        "CLAUDE.md is there and stays as it is; the diff shows what it lacks.",
    )
    assert second["diff"].startswith("--- a/CLAUDE.md\n+++ b/CLAUDE.md\n")
    assert file.read_text() == "mine\n"


async def test_a_manifest_that_an_editor_holds_unsaved_is_not_created_under_it(workspace: Path) -> None:
    file = workspace / "CLAUDE.md"
    file.unlink()
    async with LspClient() as client:
        await client.initialize(workspace)
        client.open(file.as_uri(), "half written", "markdown")
        answer = await client.command("holdfast.createManifest")

    assert (answer["written"], answer["summary"]) == (
        False,
        "CLAUDE.md is open with unsaved changes and was not touched.",
    )
    assert not file.exists()


async def test_without_a_folder_there_is_nothing_to_create() -> None:
    async with LspClient() as client:
        await client.initialize(None)
        answer = await client.command("holdfast.createManifest")

    assert (answer["error"], answer["remedy"]) == ("No folder is open.", "Open the folder that CLAUDE.md is for.")
