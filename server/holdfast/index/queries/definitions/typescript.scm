; Captures as in python.scm; javascript.scm with the names of the TypeScript grammar, and types.

(function_declaration name: (identifier) @name body: (_) @body) @function
(generator_function_declaration name: (identifier) @name body: (_) @body) @function
(class_declaration name: (type_identifier) @name body: (class_body) @body) @class
(method_definition name: (_) @name body: (_) @body) @function
(export_statement declaration: (function_declaration name: (identifier) @name body: (_) @body)) @function
(export_statement declaration: (generator_function_declaration name: (identifier) @name body: (_) @body)) @function
(export_statement declaration: (class_declaration name: (type_identifier) @name body: (class_body) @body)) @class

(abstract_class_declaration name: (type_identifier) @name body: (class_body) @body) @class
(interface_declaration name: (type_identifier) @name body: (_) @body) @class
(enum_declaration name: (identifier) @name body: (_) @body) @class
(internal_module name: (identifier) @name body: (_) @body) @class
(type_alias_declaration name: (type_identifier) @name) @constant
(type_alias_declaration name: (type_identifier) @name value: (object_type) @body) @class
(function_signature name: (identifier) @name) @function
(abstract_method_signature name: (_) @name) @function
(interface_body (method_signature name: (_) @name) @function)
(export_statement declaration: (abstract_class_declaration name: (type_identifier) @name body: (_) @body)) @class
(export_statement declaration: (interface_declaration name: (type_identifier) @name body: (_) @body)) @class
(export_statement declaration: (enum_declaration name: (identifier) @name body: (_) @body)) @class
(export_statement declaration: (type_alias_declaration name: (type_identifier) @name)) @constant
(export_statement declaration: (function_signature name: (identifier) @name)) @function

(lexical_declaration
  (variable_declarator name: (identifier) @name value: [(arrow_function body: (_) @body) (function_expression body: (_) @body)])) @function
(variable_declaration
  (variable_declarator name: (identifier) @name value: [(arrow_function body: (_) @body) (function_expression body: (_) @body)])) @function
(export_statement declaration: (lexical_declaration
  (variable_declarator name: (identifier) @name value: [(arrow_function body: (_) @body) (function_expression body: (_) @body)]))) @function
(variable_declarator name: (identifier) @name value: (class body: (_) @body)) @class
(public_field_definition name: (_) @name value: [(arrow_function body: (_) @body) (function_expression body: (_) @body)]) @function
(assignment_expression
  left: (member_expression property: (property_identifier) @name)
  right: [(arrow_function body: (_) @body) (function_expression body: (_) @body)]) @function

(program (lexical_declaration (variable_declarator name: (identifier) @name)) @constant)
(program (variable_declaration (variable_declarator name: (identifier) @name)) @constant)
(program (export_statement declaration: (lexical_declaration (variable_declarator name: (identifier) @name))) @constant)

(class_body (public_field_definition name: (_) @field.name) @field)
(required_parameter (accessibility_modifier) pattern: (identifier) @field.name) @field
(required_parameter "readonly" pattern: (identifier) @field.name) @field
(expression_statement (assignment_expression
  left: (member_expression object: (this) property: (property_identifier) @field.name))) @field
(enum_body [(enum_assignment name: (_) @field.name) (property_identifier) @field.name] @field)
(interface_body (property_signature name: (_) @field.name) @field)
(type_alias_declaration value: (object_type (property_signature name: (_) @field.name) @field))

(program (lexical_declaration (variable_declarator
  value: (object (pair key: (property_identifier) @field.name) @field))))
(program (export_statement declaration: (lexical_declaration (variable_declarator
  value: (object (pair key: (property_identifier) @field.name) @field)))))
