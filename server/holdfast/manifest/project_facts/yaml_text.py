"""The scalars of a YAML file with their lines. Nothing is constructed: an alias is its node again, a merge key is a key."""

from dataclasses import dataclass
from typing import Final

import yaml
from yaml.nodes import Node

from holdfast.manifest.project_facts.project_tree import SourceText

_LARGEST: Final = 64 * 1024
_MOST_NODES: Final = 10_000
_DEEPEST: Final = 40


class _ShallowLoader(yaml.SafeLoader):
    """Stops where a document is nested deeper than is read: the parser's time grows with the square of the depth."""

    _depth = 0

    def compose_node(self, parent: Node | None, index: int) -> Node | None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise yaml.YAMLError("nested too deep")
        node: Node | None = super().compose_node(parent, index)
        self._depth -= 1
        return node


@dataclass(frozen=True, slots=True)
class YamlText:
    """A scalar; the keys it stands under, outermost first ("*" for an item of a list); its line (1-based)."""

    keys: tuple[str, ...]
    text: str
    line: int


def yaml_texts(source: SourceText) -> list[YamlText]:
    """The scalars of the first document, in order; none where it is damaged or larger than 64 KB."""
    if len(source.text) > _LARGEST:
        return []
    try:
        # compose builds the node graph alone: no objects, no merged mappings that grow with each alias.
        root = yaml.compose(source.text, Loader=_ShallowLoader)
    except (yaml.YAMLError, ValueError, RecursionError):
        return []
    return _scalars(root)


def _scalars(root: object) -> list[YamlText]:
    """In order, depth first. Every node visited counts: aliases of aliases would otherwise take for ever."""
    found: list[YamlText] = []
    pending: list[tuple[object, tuple[str, ...]]] = [(root, ())]
    for _ in range(_MOST_NODES):
        if not pending:
            break
        node, keys = pending.pop()
        if isinstance(node, yaml.ScalarNode):
            is_block = node.style in {"|", ">"}
            found.append(YamlText(keys, str(node.value), node.start_mark.line + 1 + is_block))
        elif len(keys) < _DEEPEST:
            pending += reversed(_children(node, keys))
    return found


def _children(node: object, keys: tuple[str, ...]) -> list[tuple[object, tuple[str, ...]]]:
    if isinstance(node, yaml.SequenceNode):
        return [(item, (*keys, "*")) for item in node.value]
    if isinstance(node, yaml.MappingNode):
        return [
            (value, (*keys, str(key.value) if isinstance(key, yaml.ScalarNode) else "?")) for key, value in node.value
        ]
    return []
