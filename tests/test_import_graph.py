"""The import graph is a DAG in layers. Each run draws it: build/reports/import-graph.dot."""

from collections import defaultdict
from pathlib import Path

import pytest

from import_graph import PACKAGE, Arrow, ImportGraph, find_cycle, read_graph
from layers import breaks_layers, draw, level_of, picture

REPORT = PACKAGE.parent.parent / "build" / "reports" / "import-graph.dot"
LONGEST_FILE = 300
NAMELESS = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc", "service", "process"}

ONLY_THERE = {
    "pygls": {"lsp"},
    "lsprotocol": {"lsp"},
    "cattrs": {"lsp"},
    "httpx": {"inference", "evaluation", "wiring"},
    "typer": {"cli"},
    "rich": {"cli"},
    "tree_sitter": {"index"},
    "watchfiles": {"index"},
    "pathspec": {"index"},
    "ijson": {"sessions"},
    "cryptography": {"sharing"},
    "pyrage": {"sharing"},
    "backports": {"sharing"},
    "mcp": {"mcp"},
}
"""Libraries to the units that know them. wiring takes httpx's transport as an argument; evaluation simulates one."""


@pytest.fixture(scope="module")
def graph() -> ImportGraph:
    found = read_graph()
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(draw(found), encoding="utf-8")
    return found


def test_every_module_belongs_to_a_layer(graph: ImportGraph) -> None:
    for module in graph.modules:
        level_of(module)


def test_no_import_leads_upward_or_sideways(graph: ImportGraph) -> None:
    breaches = [arrow for arrow in graph.inner if breaks_layers(arrow)]

    assert not breaches, f"\n{picture(graph, breaches)}"


def test_there_is_no_cycle_even_through_lazy_and_type_only_imports(graph: ImportGraph) -> None:
    assert " -> ".join(find_cycle(graph.inner)) == ""


def test_what_is_not_imported_at_the_top_is_known(graph: ImportGraph) -> None:
    elsewhere: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for arrow in graph.inner:
        if (arrow.importer, arrow.kind) != ("cli.commands", "name"):  # a subcommand, when it is the one asked for
            elsewhere[arrow.kind].add((arrow.importer, arrow.imported))
    del elsewhere["top"]

    assert elsewhere == {
        # Start-up: `serve` loads neither typer nor rich, other commands no pygls, `initialize` waits for no numpy.
        "function": {
            ("cli.commands", "lsp.serve"),
            ("cli.main", "cli.commands"),
            ("cli.main", "cli.plain_log"),
            ("cli.main", "errors"),
            ("cli.mcp", "mcp.serve"),
            ("index_child", "inference.embedded.build"),
            ("completion.embedded_completer", "inference.embedded.engine"),
            ("wiring", "embedding_part"),
            # What reads forty kinds of files is for the commands that ask for it.
            ("cli.init", "repository_facts"),
            ("cli.manifest_check", "repository_facts"),
            ("lsp.manifest_file", "repository_facts"),
            ("cli.sessions_import", "sessions.importers.registry"),
            # Model servers, where the person wants one asked while importing.
            ("cli.sessions_import", "cli.local_asking"),
            ("cli.sessions_import", "cli.project"),
            # Importers and cryptography, once a window has settled or somebody asks.
            ("lsp.session_part", "lsp.session_background"),
            ("lsp.session_part", "lsp.session_commands"),
            ("lsp.session_part", "lsp.sharing_commands"),
            ("lsp.sidecar", "lsp.summaries"),
            # Who starts an indexer indexes nothing; few name a model file of their own.
            ("index_child", "index.run_indexer"),
            ("inference.planned_server", "inference.llama_cpp.gguf_server"),
        },
        "types": {
            ("lsp.features", "lsp.window"),
            ("completion.embedded_completer", "inference.embedded.engine"),
            ("wiring", "embedding_part"),
            ("cli.init", "manifest.writing.compose"),
            ("cli.manifest_check", "manifest.writing.checks.check"),
            ("cli.manifest_check", "repository_facts"),
            ("lsp.manifest_file", "repository_facts"),
            ("lsp.session_part", "lsp.session_background"),
            ("lsp.session_part", "lsp.session_commands"),
            ("lsp.session_part", "lsp.sharing_commands"),
            ("lsp.model_redaction", "redaction.model_pass"),
            ("lsp.session_part", "redaction.model_pass"),
            ("lsp.sidecar", "lsp.summaries"),
            ("inference.planned_server", "inference.llama_cpp.gguf_server"),
        },
        # The last is no import: the grammars' query files lie in that folder.
        "name": {("cli.main", "lsp.serve"), ("lsp.window_import", "lsp.window"), ("index.syntax", "index")},
    }


@pytest.mark.parametrize("library", sorted(ONLY_THERE))
def test_a_library_is_known_only_where_its_adapter_is(graph: ImportGraph, library: str) -> None:
    strays = [
        str(arrow)
        for arrow in graph.outer
        if (arrow.imported == library or arrow.imported.startswith(f"{library}_"))
        and arrow.importer.split(".", 1)[0] not in ONLY_THERE[library]
    ]

    assert strays == []


def test_every_name_says_what_the_file_is(graph: ImportGraph) -> None:
    assert {module for module in graph.modules if NAMELESS & set(module.split("."))} == set()


def test_no_file_is_too_long_to_read(graph: ImportGraph) -> None:
    lengths = sorted(((len(path.read_text("utf-8").splitlines()), name) for name, path in graph.modules.items()))

    assert [f"{name}: {lines} lines" for lines, name in lengths if lines > LONGEST_FILE] == [], lengths[-5:]


# What the tests above rely on.


def test_every_kind_of_import_is_seen(tmp_path: Path) -> None:
    package = tmp_path / "holdfast"
    (package / "low").mkdir(parents=True)
    for name in ("low/__init__.py", "low/a.py", "low/b.py", "low/c.py", "low/d.py"):
        (package / name).touch()
    (package / "high.py").write_text(
        "import os.path\n"
        "from holdfast.low.a import thing\n"
        "from holdfast.low import b\n"
        "if TYPE_CHECKING:\n    from holdfast.low.c import Type\n"
        "def later():\n    import holdfast.low.d\n"
        "LAZY = 'holdfast.low.a'\n"
        "TEXT = 'holdfast.refresh'\n"
    )

    found = read_graph(package)

    assert set(found.inner) == {
        Arrow("high", "low.a", "top", 2),
        Arrow("high", "low.b", "top", 3),
        Arrow("high", "low.c", "types", 5),
        Arrow("high", "low.d", "function", 7),
        Arrow("high", "low.a", "name", 8),
    }
    assert found.outer == (Arrow("high", "os", "top", 1),)


def test_a_cycle_is_found() -> None:
    arrows = [Arrow(a, b, "top", 1) for a, b in (("a", "b"), ("b", "c"), ("c", "b"), ("c", "d"))]

    assert find_cycle(arrows) == ["b", "c", "b"]


@pytest.mark.parametrize(
    ("importer", "imported", "expected"),
    [
        ("context.pack", "index.chunker", False),
        ("index.chunker", "context.pack", True),
        ("index.chunker", "sessions.store", True),
        ("index_child", "index.indexer", False),
        ("index.indexer", "index_child", True),
        ("index.indexer", "index.scan", False),
        ("trust", "locations", False),
        ("errors", "sqlite.connection", True),
        ("cli.commands", "lsp.serve", False),
        ("cli.complete", "lsp.window", True),
        ("lsp.serve", "cli.main", True),
    ],
)
def test_the_layers_tell_up_from_down(importer: str, imported: str, expected: bool) -> None:  # noqa: FBT001 - a parameter of the test
    assert breaks_layers(Arrow(importer, imported, "top", 1)) is expected


def test_a_relative_import_is_refused(tmp_path: Path) -> None:
    (tmp_path / "holdfast").mkdir()
    (tmp_path / "holdfast" / "a.py").write_text("from . import b\n")

    with pytest.raises(AssertionError, match="imports are absolute"):
        read_graph(tmp_path / "holdfast")


def test_the_picture_is_drawn_for_graphviz(graph: ImportGraph) -> None:
    drawn = REPORT.read_text("utf-8")

    assert drawn == draw(graph)
    assert drawn.startswith("digraph holdfast {")
    assert "color=red" not in drawn
    assert '"completion" -> "context"' in drawn
