; Captures as in python.scm. Declarations without a body count as well: a header has nothing else.

(function_definition declarator: [
  (function_declarator declarator: (identifier) @name)
  (pointer_declarator declarator: (function_declarator declarator: (identifier) @name))
  (pointer_declarator declarator: (pointer_declarator declarator: (function_declarator declarator: (identifier) @name)))
] body: (_) @body) @function
(declaration declarator: [
  (function_declarator declarator: (identifier) @name)
  (pointer_declarator declarator: (function_declarator declarator: (identifier) @name))
  (pointer_declarator declarator: (pointer_declarator declarator: (function_declarator declarator: (identifier) @name)))
]) @function
(declaration declarator: [
  (identifier) @name
  (pointer_declarator declarator: (identifier) @name)
  (array_declarator declarator: (identifier) @name)
  (init_declarator declarator: [
    (identifier) @name
    (pointer_declarator declarator: (identifier) @name)
    (pointer_declarator declarator: (pointer_declarator declarator: (identifier) @name))
    (array_declarator declarator: (identifier) @name)
    (array_declarator declarator: (array_declarator declarator: (identifier) @name))])]) @constant
(struct_specifier name: (type_identifier) @name body: (_) @body) @class
(type_definition type: (struct_specifier name: (type_identifier) @name body: (_) @body)) @class
(type_definition type: (struct_specifier body: (_) @body) declarator: (type_identifier) @name) @class
(union_specifier name: (type_identifier) @name body: (_) @body) @class
(type_definition type: (union_specifier name: (type_identifier) @name body: (_) @body)) @class
(type_definition type: (union_specifier body: (_) @body) declarator: (type_identifier) @name) @class
(enum_specifier name: (type_identifier) @name body: (_) @body) @class
(type_definition type: (enum_specifier name: (type_identifier) @name body: (_) @body)) @class
(type_definition type: (enum_specifier body: (_) @body) declarator: (type_identifier) @name) @class

(type_definition type: [
  (primitive_type) (sized_type_specifier) (type_identifier)
  (struct_specifier !body) (union_specifier !body) (enum_specifier !body)] declarator: [
  (type_identifier) @name
  (pointer_declarator declarator: (type_identifier) @name)
  (array_declarator declarator: (type_identifier) @name)
  (function_declarator declarator: (parenthesized_declarator (pointer_declarator declarator: (type_identifier) @name)))
  (function_declarator declarator: (type_identifier) @name)]) @constant
(preproc_def name: (identifier) @name value: (_)) @constant
(preproc_function_def name: (identifier) @name) @function

(field_declaration declarator: [
  (field_identifier) @field.name
  (pointer_declarator declarator: (field_identifier) @field.name)
  (pointer_declarator declarator: (pointer_declarator declarator: (field_identifier) @field.name))
  (array_declarator declarator: (field_identifier) @field.name)
  (function_declarator
    declarator: (parenthesized_declarator (pointer_declarator declarator: (field_identifier) @field.name)))]) @field
(enumerator name: (identifier) @field.name) @field
