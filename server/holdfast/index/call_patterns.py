"""How each grammar writes a call: @name is what is called, @qualifier the path before it."""

from collections.abc import Mapping
from typing import Final

_SCRIPT: Final = """
(call_expression function: (identifier) @name)
(call_expression function: (member_expression object: (_) @qualifier property: (property_identifier) @name))
(new_expression constructor: (identifier) @name)
(new_expression constructor: (member_expression object: (_) @qualifier property: (property_identifier) @name))
"""

_C: Final = """
(call_expression function: (identifier) @name)
(call_expression function: (field_expression argument: (_) @qualifier field: (field_identifier) @name))
"""

CALL_PATTERNS: Final[Mapping[str, str]] = {
    "python": """
(call function: (identifier) @name)
(call function: (attribute object: (_) @qualifier attribute: (identifier) @name))
""",
    "javascript": _SCRIPT,
    "typescript": _SCRIPT,
    "java": """
(method_invocation !object name: (identifier) @name)
(method_invocation object: (_) @qualifier name: (identifier) @name)
(object_creation_expression type: (type_identifier) @name)
(object_creation_expression type: (generic_type . (type_identifier) @name))
""",
    "go": """
(call_expression function: (identifier) @name)
(call_expression function: (selector_expression operand: (_) @qualifier field: (field_identifier) @name))
""",
    "rust": """
(call_expression function: (identifier) @name)
(call_expression function: (scoped_identifier path: (_) @qualifier name: (identifier) @name))
(call_expression function: (field_expression value: (_) @qualifier field: (field_identifier) @name))
(call_expression function: (generic_function function: (identifier) @name))
(call_expression function: (generic_function
  function: (scoped_identifier path: (_) @qualifier name: (identifier) @name)))
""",
    "c": _C,
    "cpp": _C
    + """
(call_expression function: (qualified_identifier scope: (_) @qualifier name: (identifier) @name))
(call_expression function: (qualified_identifier scope: (_) name: (qualified_identifier
  scope: (_) @qualifier name: (identifier) @name)))
(call_expression function: (template_function name: (identifier) @name))
(new_expression type: (type_identifier) @name)
(new_expression type: (qualified_identifier scope: (_) @qualifier name: (type_identifier) @name))
""",
    "c_sharp": """
(invocation_expression function: (identifier) @name)
(invocation_expression function: (generic_name (identifier) @name))
(invocation_expression function: (member_access_expression expression: (_) @qualifier name: (identifier) @name))
(object_creation_expression type: (identifier) @name)
(object_creation_expression type: (generic_name (identifier) @name))
""",
    "ruby": """
(call !receiver method: [(identifier) (constant)] @name)
(call receiver: (_) @qualifier method: [(identifier) (constant)] @name)
""",
    "php": """
(function_call_expression function: (name) @name)
(function_call_expression function: (qualified_name prefix: (namespace_name) @qualifier (name) @name))
(scoped_call_expression scope: (_) @qualifier name: (name) @name)
(member_call_expression object: (variable_name) @qualifier name: (name) @name)
(object_creation_expression (name) @name)
(object_creation_expression (qualified_name prefix: (namespace_name) @qualifier (name) @name))
""",
    "bash": "(command name: (command_name (word) @name))",
    "kotlin": """
(call_expression . (identifier) @name)
(call_expression . (navigation_expression (_) @qualifier (identifier) @name .))
""",
    "swift": """
(call_expression . (simple_identifier) @name)
(call_expression . (navigation_expression
  target: (_) @qualifier suffix: (navigation_suffix suffix: (simple_identifier) @name)))
""",
    "scala": """
(call_expression function: (identifier) @name)
(call_expression function: (field_expression value: (_) @qualifier field: (identifier) @name))
(instance_expression (type_identifier) @name)
(instance_expression (generic_type . (type_identifier) @name))
""",
    "lua": """
(function_call name: (identifier) @name)
(function_call name: (dot_index_expression table: (_) @qualifier field: (identifier) @name))
(function_call name: (method_index_expression table: (_) @qualifier method: (identifier) @name))
""",
    "sql": "(invocation (object_reference name: (identifier) @name))",
    "zig": """
(call_expression function: (identifier) @name)
(call_expression function: (field_expression object: (_) @qualifier member: (identifier) @name))
""",
}
"""By query file; a language of data has none."""
