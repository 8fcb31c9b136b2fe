(variable_declaration (assignment_statement
  (variable_list . name: (identifier) @import.alias)
  (expression_list . value: (function_call
    name: (identifier) @_require arguments: (arguments (string content: (string_content) @import.module)))))
  (#text? @_require "require"))
(function_call
  name: (identifier) @_require arguments: (arguments (string content: (string_content) @import.module))
  (#text? @_require "require"))
