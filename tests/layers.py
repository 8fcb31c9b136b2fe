"""The layers of `server/holdfast`, lowest first, and the picture of them."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from import_graph import Arrow, ImportGraph

LAYERS: Final[tuple[tuple[str, ...], ...]] = (
    (
        "",
        "reasons",
        "errors",
        "code_chunk",
        "cursor",
        "locations",
        "settings",
        "settings_sections",
        "spending",
        "env_local",
        "trust",
    ),
    ("sqlite", "redaction"),
    ("index", "manifest", "sessions", "usage", "inference"),
    ("context", "sharing", "learning"),
    ("completion",),
    ("workspace_folder", "index_child", "repository_facts", "bridge", "dataset", "summing_up"),
    ("project_settings",),
    ("embedding_part",),
    ("wiring",),
    ("evaluation", "mcp"),
    ("lsp", "cli"),
    ("__main__",),
)
"""Units of one layer do not know each other, but for the nouns of the first; "" is the package itself (its version)."""

NOUNS: Final = frozenset(LAYERS[0])
SERVE: Final = frozenset({("cli.commands", "lsp.serve"), ("cli.main", "lsp.serve")})
"""`holdfast serve` is a command too: the two places where the command line starts the language server."""


def unit_of(module: str) -> str:
    """The folder, or the module beside the folders, that a module belongs to."""
    return module.split(".", 1)[0]


def level_of(module: str) -> int:
    """The number of its layer; ValueError for a unit that no layer names."""
    unit = unit_of(module)
    for level, units in enumerate(LAYERS):
        if unit in units:
            return level
    raise ValueError(f"“{unit}” is in no layer: put it where it belongs in tests/layers.py")


def breaks_layers(arrow: Arrow) -> bool:
    """Whether an arrow points upward, or sideways to another unit."""
    importer, imported = unit_of(arrow.importer), unit_of(arrow.imported)
    if importer == imported or (arrow.importer, arrow.imported) in SERVE or {importer, imported} <= NOUNS:
        return False
    return level_of(arrow.imported) >= level_of(arrow.importer)


def draw(graph: ImportGraph) -> str:
    """The graph in Graphviz's language: a box for each unit, ranked by layer, arrows counted; breaches in red."""
    counted: defaultdict[tuple[str, str], list[Arrow]] = defaultdict(list)
    for arrow in graph.inner:
        pair = (unit_of(arrow.importer), unit_of(arrow.imported))
        if pair[0] != pair[1]:
            counted[pair].append(arrow)
    lines = ["digraph holdfast {", "  rankdir=TB; node [shape=box, fontname=Helvetica];"]
    ranks = [" ".join(f'"{_label(unit)}";' for unit in units) for units in reversed(LAYERS)]
    lines += [f"  {{ rank=same; {rank} }}" for rank in ranks]
    for (importer, imported), arrows in sorted(counted.items()):
        colour = ", color=red" if any(map(breaks_layers, arrows)) else ""
        lines.append(f'  "{_label(importer)}" -> "{_label(imported)}" [label={len(arrows)}{colour}];')
    return "\n".join([*lines, "}", ""])


def picture(graph: ImportGraph, breaches: Sequence[Arrow]) -> str:
    """The layers as text, highest first, each unit with what it imports; then what is wrong."""
    imports: defaultdict[str, set[str]] = defaultdict(set)
    for arrow in graph.inner:
        if unit_of(arrow.importer) != unit_of(arrow.imported):
            imports[unit_of(arrow.importer)].add(_label(unit_of(arrow.imported)))
    lines = []
    for level, units in reversed(list(enumerate(LAYERS))):
        lines += [f"{level}  {_label(unit):<17} -> {', '.join(sorted(imports[unit])) or 'nothing'}" for unit in units]
    return "\n".join([*lines, "", "against the layers:", *(f"  {arrow}" for arrow in breaches)])


def _label(unit: str) -> str:
    return unit or "holdfast"
