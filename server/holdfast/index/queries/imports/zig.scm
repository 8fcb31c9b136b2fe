(variable_declaration . (identifier) @import.alias (builtin_function
  (builtin_identifier) @_import (arguments (string (string_content) @import.module)))
  (#text? @_import "@import"))
