"""Which leaves of a grammar's trees are names."""

from collections.abc import Mapping
from typing import Final

USUAL_LEAVES: Final = (
    "identifier",
    "type_identifier",
    "field_identifier",
    "property_identifier",
    "private_property_identifier",
    "shorthand_property_identifier",
    "shorthand_property_identifier_pattern",
    "shorthand_field_identifier",
    "namespace_identifier",
    "package_identifier",
    "statement_identifier",
)
"""What most grammars call the leaves that are names."""

NAME_LEAVES: Final[Mapping[str, str]] = {
    "bash": "(variable_name) @name (command_name (word) @name) (function_definition name: (word) @name)",
    "css": """[(identifier) (id_name) (keyframes_name) (property_name)] @name
        ((plain_value) @name (#text-match? @name "^--"))""",
    "html": """(attribute (attribute_name) @_id (quoted_attribute_value (attribute_value) @name) (#text? @_id "id"))""",
    "json": "(pair key: (string (string_content) @name))",
    "markdown": "[(atx_heading (inline) @name) (setext_heading (paragraph (inline) @name))]",
    "php": "(name) @name",
    "ruby": """[
        (identifier) (constant) (instance_variable) (class_variable) (global_variable) (hash_key_symbol)
        (simple_symbol)] @name""",
    "scala": "[(identifier) (type_identifier)] @name",
    "swift": "[(simple_identifier) (type_identifier)] @name",
    "toml": "[(bare_key) (quoted_key)] @name",
    "yaml": "[(block_mapping_pair key: (flow_node (_) @name)) (flow_pair key: (flow_node (_) @name))]",
}
"""By query file, the query that finds them, for grammars that have other leaves; in languages of data, keys are the names."""
