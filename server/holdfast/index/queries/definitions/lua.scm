; Captures as in python.scm; @owner is the table that a function is put into.

(function_declaration name: [
  (identifier) @name
  (dot_index_expression table: (_) @owner field: (identifier) @name)
  (method_index_expression table: (_) @owner method: (identifier) @name)] body: (_)? @body) @function
(assignment_statement
  (variable_list . name: [
    (identifier) @name
    (dot_index_expression table: (identifier) @owner field: (identifier) @name)] .)
  (expression_list . value: (function_definition body: (_)? @body) .)) @function
(chunk (variable_declaration (assignment_statement (variable_list name: (identifier) @name))) @constant)
(chunk (variable_declaration (variable_list name: (identifier) @name)) @constant)
(chunk (assignment_statement (variable_list name: [
  (identifier) @name
  (dot_index_expression table: (identifier) @owner field: (identifier) @name)])) @constant)

(chunk (variable_declaration (assignment_statement (expression_list
  value: (table_constructor (field name: (identifier) @field.name) @field)))))
