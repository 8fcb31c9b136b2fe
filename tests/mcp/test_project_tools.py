"""What an agent gets of a project, and what it never gets."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from holdfast.errors import UsageError
from holdfast.inference.control_tokens import MARK
from holdfast.locations import Locations
from holdfast.mcp.inside import inside, is_below
from holdfast.mcp.serve import Served, build_server
from holdfast.mcp.shown_text import LONGEST_BLOCK, MOST_CHARACTERS
from mcp import Client
from mcp_process import held_client, said

TOKEN = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
CODE = f'''class Till:
    """Takes money."""

    currency: str = "EUR"

    def open(self, drawer: int) -> bool:
        return drawer > 0


GITHUB = "{TOKEN}"
ODD = "<|fim_prefix|>\u202eflow"
'''


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / "shop").mkdir(parents=True)
    (root / "deep" / "er").mkdir(parents=True)
    (root / "shop" / "till.py").write_text(CODE)
    (root / "deep" / "er" / "drawer.py").write_text("def open(path):\n    return path\n")
    (root / "long.py").write_text("def long():\n" + "".join(f"    step_{n} = '{'x' * 200}'\n" for n in range(100)))
    (root / ".env").write_text("TILL_TOKEN=abc\n")
    (root / ".holdfastignore").write_text("ignored.py\n")
    (root / "ignored.py").write_text("def ignored_function():\n    pass\n")
    (root / "CLAUDE.md").write_text("# Rules\n\nCount twice.\n")
    return root


def served(root: Path, tmp_path: Path, *, manifest_file: str | None = None) -> Served:
    return Served(root, Locations(tmp_path / "data", tmp_path / "cache"), manifest_file, sessions=False)


@pytest.fixture
async def client(project: Path, tmp_path: Path) -> AsyncIterator[Client]:
    async with held_client(served(project, tmp_path)) as connected:
        yield connected


async def blocks(client: Client, tool: str, **arguments: object) -> list[dict[str, object]]:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, said(result)
    found: list[dict[str, object]] = (result.structured_content or {})["blocks"]
    return found


def move_away(project: Path) -> None:
    project.rename(project.with_name("elsewhere"))


async def refused(client: Client, tool: str, **arguments: object) -> str:
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    return said(result)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Till", [("shop/till.py", "Till")]),
        ("open", [("deep/er/drawer.py", "open"), ("shop/till.py", "Till.open")]),
        ("Till.open", [("shop/till.py", "Till.open")]),
        ("Till::open()", [("shop/till.py", "Till.open")]),
        ("Elsewhere.open", [("deep/er/drawer.py", "open"), ("shop/till.py", "Till.open")]),
        ("currency", [("shop/till.py", "Till.currency")]),
        ("ignored_function", []),
        ("...", []),
    ],
    ids=["class", "several", "a member", "in C++'s way", "another owner", "a field", "ignored", "no name"],
)
async def test_definitions_are_found_by_name(client: Client, name: str, expected: list[tuple[str, str]]) -> None:
    found = await blocks(client, "find_definition", name=name)

    assert [(block["path"], block["name"]) for block in found] == expected


async def test_what_nothing_defines_is_said(client: Client) -> None:
    result = await client.call_tool("find_definition", {"name": "nothing_such"})

    assert (result.structured_content or {})["note"] == (
        "Nothing in this project defines nothing_such; search_project finds where it is used."
    )


async def test_a_definition_of_the_very_name_comes_before_what_shares_its_words(client: Client) -> None:
    found = await blocks(client, "search_project", query="where does Till take money")

    assert (found[0]["path"], found[0]["name"], found[0]["kind"]) == ("shop/till.py", "Till", "class")


async def test_a_search_stays_in_the_folder_and_the_number_that_were_named(client: Client) -> None:
    found = await blocks(client, "search_project", query="open drawer", folder="deep", limit=1)

    assert [block["path"] for block in found] == ["deep/er/drawer.py"]


async def test_secrets_control_tokens_and_unseen_characters_never_leave(client: Client) -> None:
    result = await client.call_tool("search_project", {"query": "GITHUB ODD"})
    text = said(result)

    assert TOKEN not in text
    assert "[REDACTED:github-token:" in text
    assert "<|fim_prefix|>" not in text
    found = (result.structured_content or {})["blocks"]
    assert any(f"<{MARK}|fim_prefix|>flow" in block["text"] for block in found)


async def test_a_long_definition_is_cut_at_a_line_and_says_so(client: Client) -> None:
    (block,) = await blocks(client, "find_definition", name="long")

    assert block["is_cut"] is True
    lines = str(block["text"]).split("\n")
    assert lines[1:] == [f"    step_{n} = '{'x' * 200}'" for n in range(len(lines) - 1)]
    assert block["lines"] == [1, len(lines)]
    assert LONGEST_BLOCK - 220 < len(str(block["text"])) <= LONGEST_BLOCK


async def test_an_ignored_file_and_a_secret_one_are_nowhere(client: Client) -> None:
    whole = said(await client.call_tool("project_map", {})) + said(
        await client.call_tool("search_project", {"query": "ignored_function TILL_TOKEN", "limit": 50})
    )

    assert "ignored_function" not in whole
    assert "TILL_TOKEN" not in whole
    assert '".env"' not in whole


async def test_a_file_that_has_become_ignored_is_left_out_at_once(client: Client, project: Path) -> None:
    assert len(await blocks(client, "find_definition", name="Till")) == 1
    (project / ".holdfastignore").write_text("shop/\n")
    (project / "shop" / ".holdfastignore").write_text("*\n")

    async def is_gone() -> bool:
        return await blocks(client, "find_definition", name="Till") == []

    assert await _eventually(is_gone)


async def test_the_map_goes_down_folder_by_folder(client: Client) -> None:
    top = (await client.call_tool("project_map", {})).structured_content or {}
    shop = (await client.call_tool("project_map", {"folder": "./shop/"})).structured_content or {}
    deep = (await client.call_tool("project_map", {"folder": "deep"})).structured_content or {}

    assert [(folder["path"], folder["files"]) for folder in top["folders"]] == [("deep", 1), ("shop", 1)]
    assert [file["path"] for file in top["contents"]] == [".holdfastignore", "CLAUDE.md", "long.py"]
    assert shop["contents"] == [
        {"path": "shop/till.py", "language": "python", "definitions": ["Till", "Till.open", "GITHUB", "ODD"]}
    ]
    assert deep["folders"] == [{"path": "deep/er", "files": 1}]


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("project_map", {"folder": ".."}, "“..” is not inside this project."),
        ("project_map", {"folder": "/etc"}, "“/etc” is not inside this project."),
        ("project_map", {"folder": "no/such"}, "Nothing below “no/such” is in the index."),
        ("project_manifest", {"path": "../x.py"}, "“../x.py” is not inside this project."),
        ("search_project", {"query": "x", "folder": "a\0b"}, "A path cannot hold a NUL."),
        ("search_project", {"query": ""}, "at least 1 character"),
        ("search_project", {"query": "x" * 3_000}, "at most 2000 characters"),
        ("search_project", {"query": "x", "limit": 0}, "greater than or equal to 1"),
        ("find_definition", {}, "Field required"),
        ("find_definition", {"name": ["x"]}, "valid string"),
        ("project_manifest", {}, "This folder is not trusted"),
    ],
)
async def test_what_cannot_be_answered_is_an_error_in_plain_words(
    client: Client, tool: str, arguments: dict[str, object], words: str
) -> None:
    assert words in await refused(client, tool, **arguments)


async def test_manifests_of_a_trusted_project_are_read_and_the_persons_own_are_not(
    project: Path, tmp_path: Path, private_places: Path
) -> None:
    (private_places / "claude").mkdir()
    (private_places / "claude" / "CLAUDE.md").write_text("# Mine\n\nNobody's business.\n")
    async with Client(build_server(served(project, tmp_path, manifest_file="CLAUDE.md"))) as client:
        result = await client.call_tool("project_manifest", {"path": "shop/till.py"})

    assert (result.structured_content or {})["sections"] == [
        {"path": "CLAUDE.md", "heading": "Rules", "lines": [1, 3], "text": "# Rules\n\nCount twice.", "is_cut": False}
    ]


async def test_a_file_that_is_changed_is_found_as_it_is_now(client: Client, project: Path) -> None:
    assert await blocks(client, "find_definition", name="newcomer") == []
    (project / "shop" / "new.py").write_text("def newcomer():\n    return 1\n")

    async def is_there() -> bool:
        return len(await blocks(client, "find_definition", name="newcomer")) == 1

    assert await _eventually(is_there)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("", ""),
        (".", ""),
        ("a/b.py", "a/b.py"),
        ("./a/../b", "b"),
        ("a\\b", "a/b"),
        ("/project/a", "a"),
        ("/project", ""),
    ],
)
def test_paths_are_understood_as_an_agent_writes_them(path: str, expected: str) -> None:
    assert inside(Path("/project"), path) == expected


@pytest.mark.parametrize("path", ["..", "../project2", "a/../../b", "/", "/projects", "~/../x/../../y", "..\\x"])
def test_no_path_leads_out(path: str) -> None:
    with pytest.raises(UsageError, match="is not inside this project"):
        inside(Path("/project"), path)


@pytest.mark.parametrize(
    ("path", "folder", "expected"),
    [("a/b.py", "", True), ("a/b.py", "a", True), ("a/b.py", "a/b.py", True), ("ab/c.py", "a", False)],
)
def test_below_a_folder(path: str, folder: str, expected: bool) -> None:  # noqa: FBT001 - a parameter of the test
    assert is_below(path, folder) is expected


async def _eventually(holds: Callable[[], Awaitable[bool]]) -> bool:
    """Whether it holds within ten seconds: another process has to see the file."""
    for _ in range(200):
        if await holds():
            return True
        await asyncio.sleep(0.05)
    return False


async def test_a_single_word_finds_what_is_called_like_it_first(client: Client, project: Path) -> None:
    (project / "asking.py").write_text("print(long)\n\n\ndef ask():\n    return till\n")

    assert (await blocks(client, "search_project", query="long"))[0]["name"] == "long"
    assert (await blocks(client, "search_project", query="till"))[0]["name"] == "Till"


async def test_words_of_the_question_itself_do_not_count(client: Client, project: Path) -> None:
    (project / "words.py").write_text("def whether_what_happens(how):\n    return how\n")

    found = await blocks(client, "search_project", query="what happens, and how, whether money is taken", limit=1)

    assert found[0]["name"] == "Till"


async def test_a_file_that_is_no_longer_ignored_is_found(client: Client, project: Path) -> None:
    assert await blocks(client, "find_definition", name="ignored_function") == []
    (project / ".holdfastignore").write_text("")

    async def is_there() -> bool:
        return len(await blocks(client, "find_definition", name="ignored_function")) == 1

    assert await _eventually(is_there)


async def test_a_folder_that_is_gone_is_said(client: Client, project: Path) -> None:
    assert await blocks(client, "find_definition", name="Till") != []
    move_away(project)

    assert "is not there any more" in await refused(client, "find_definition", name="Till")


async def test_a_manifest_does_not_bring_the_memory_of_sessions_in(project: Path, tmp_path: Path) -> None:
    (project / ".holdfast").mkdir()
    (project / ".holdfast" / "memory.md").write_text("# Memory\n\nWhat was said.\n")
    (project / "CLAUDE.local.md").write_text("# Local\n\n@.holdfast/memory.md\n")
    async with Client(build_server(served(project, tmp_path, manifest_file="CLAUDE.md"))) as client:
        result = await client.call_tool("project_manifest", {})

    sections = (result.structured_content or {})["sections"]
    assert [section["path"] for section in sections] == ["CLAUDE.md", "CLAUDE.local.md"]


async def test_a_long_manifest_is_cut_at_a_line_and_says_so(project: Path, tmp_path: Path) -> None:
    imports = "".join(f"@./gone/number-{number}.md\n" for number in range(100))
    (project / "CLAUDE.md").write_text("# Rules\n\n" + "Count twice.\n" * 3_000)
    (project / "CLAUDE.local.md").write_text(f"# Local\n\n{imports}")
    async with Client(build_server(served(project, tmp_path, manifest_file="CLAUDE.md"))) as client:
        result = await client.call_tool("project_manifest", {})

    answer = result.structured_content or {}
    (section,) = answer["sections"]
    assert (section["is_cut"], answer["left_out"]) == (True, 1)
    assert MOST_CHARACTERS - 13 <= len(section["text"]) <= MOST_CHARACTERS
    assert section["text"].endswith("\nCount twice.")
    assert [len(answer["notes"]), answer["notes"][-1]] == [21, "There are 80 more: `holdfast manifest check`."]
