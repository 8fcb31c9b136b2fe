; Captures as in python.scm. TypeScript has its own file, since a query may only name what its grammar has.

(function_declaration name: (identifier) @name body: (_) @body) @function
(generator_function_declaration name: (identifier) @name body: (_) @body) @function
(class_declaration name: (identifier) @name body: (class_body) @body) @class
(method_definition name: (_) @name body: (_) @body) @function
(export_statement declaration: (function_declaration name: (identifier) @name body: (_) @body)) @function
(export_statement declaration: (generator_function_declaration name: (identifier) @name body: (_) @body)) @function
(export_statement declaration: (class_declaration name: (identifier) @name body: (class_body) @body)) @class

(lexical_declaration
  (variable_declarator name: (identifier) @name value: [(arrow_function body: (_) @body) (function_expression body: (_) @body)])) @function
(variable_declaration
  (variable_declarator name: (identifier) @name value: [(arrow_function body: (_) @body) (function_expression body: (_) @body)])) @function
(export_statement declaration: (lexical_declaration
  (variable_declarator name: (identifier) @name value: [(arrow_function body: (_) @body) (function_expression body: (_) @body)]))) @function
(variable_declarator name: (identifier) @name value: (class body: (_) @body)) @class
(field_definition property: (_) @name value: [(arrow_function body: (_) @body) (function_expression body: (_) @body)]) @function
(assignment_expression
  left: (member_expression property: (property_identifier) @name)
  right: [(arrow_function body: (_) @body) (function_expression body: (_) @body)]) @function

(program (lexical_declaration (variable_declarator name: (identifier) @name)) @constant)
(program (variable_declaration (variable_declarator name: (identifier) @name)) @constant)
(program (export_statement declaration: (lexical_declaration (variable_declarator name: (identifier) @name))) @constant)

(class_body (field_definition property: (_) @field.name) @field)
(expression_statement (assignment_expression
  left: (member_expression object: (this) property: (property_identifier) @field.name))) @field

(program (lexical_declaration (variable_declarator
  value: (object (pair key: (property_identifier) @field.name) @field))))
(program (export_statement declaration: (lexical_declaration (variable_declarator
  value: (object (pair key: (property_identifier) @field.name) @field)))))
