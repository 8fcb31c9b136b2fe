; Captures as in c.scm, with classes; @owner is the class that an out-of-line definition names.

(function_definition declarator: [
  (function_declarator declarator: [(identifier) @name
    (operator_name) @name
    (template_function name: (identifier) @name)
    (qualified_identifier scope: [(namespace_identifier) @owner (template_type name: (_) @owner)] name: [(identifier) (destructor_name) (operator_name)] @name)
    (qualified_identifier name: (qualified_identifier
      scope: [(namespace_identifier) @owner (template_type name: (_) @owner)] name: [(identifier) (destructor_name) (operator_name)] @name))
    (qualified_identifier name: (qualified_identifier name: (qualified_identifier
      scope: (namespace_identifier) @owner name: [(identifier) (destructor_name) (operator_name)] @name)))])
  (_ (function_declarator declarator: [(identifier) @name
    (operator_name) @name
    (template_function name: (identifier) @name)
    (qualified_identifier scope: [(namespace_identifier) @owner (template_type name: (_) @owner)] name: [(identifier) (destructor_name) (operator_name)] @name)
    (qualified_identifier name: (qualified_identifier
      scope: [(namespace_identifier) @owner (template_type name: (_) @owner)] name: [(identifier) (destructor_name) (operator_name)] @name))
    (qualified_identifier name: (qualified_identifier name: (qualified_identifier
      scope: (namespace_identifier) @owner name: [(identifier) (destructor_name) (operator_name)] @name)))]))] body: (_) @body) @function
(function_definition declarator: [
  (function_declarator declarator: [(field_identifier) (destructor_name)] @name)
  (pointer_declarator declarator: (function_declarator declarator: (field_identifier) @name))
  (reference_declarator (function_declarator declarator: (field_identifier) @name))
  (operator_cast) @name] body: (_) @body) @function
(function_definition declarator: (function_declarator declarator: [(identifier) (field_identifier) (destructor_name) (operator_name)] @name)
  [(default_method_clause) (delete_method_clause)]) @function
(field_declaration declarator: [
  (function_declarator declarator: [(field_identifier) (operator_name)] @name)
  (pointer_declarator declarator: (function_declarator declarator: [(field_identifier) (operator_name)] @name))
  (reference_declarator (function_declarator declarator: [(field_identifier) (operator_name)] @name))]) @function
(field_declaration_list (declaration declarator: (function_declarator declarator: [(identifier) (destructor_name)] @name)) @function)
(field_declaration_list (template_declaration (declaration declarator: (function_declarator declarator: (_) @name)) @function))
(template_declaration (declaration declarator: [
  (function_declarator declarator: (identifier) @name)
  (pointer_declarator declarator: (function_declarator declarator: (identifier) @name))
  (reference_declarator (function_declarator declarator: (identifier) @name))])) @function

(template_declaration (function_definition declarator: (function_declarator declarator: [
  [(identifier) (field_identifier) (operator_name)] @name
  (qualified_identifier scope: [(namespace_identifier) @owner (template_type name: (_) @owner)] name: [(identifier) (destructor_name) (operator_name)] @name)]) body: (_) @body)) @function
(template_declaration (class_specifier name: (type_identifier) @name body: (_) @body)) @class
(template_declaration (struct_specifier name: (type_identifier) @name body: (_) @body)) @class
(template_declaration (alias_declaration name: (type_identifier) @name)) @constant

(declaration declarator: [
  (function_declarator declarator: (identifier) @name)
  (pointer_declarator declarator: (function_declarator declarator: (identifier) @name))
  (pointer_declarator declarator: (pointer_declarator declarator: (function_declarator declarator: (identifier) @name)))
  (reference_declarator (function_declarator declarator: (identifier) @name))]) @function
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
(class_specifier name: [(type_identifier) @name (template_type name: (type_identifier) @name)] body: (_) @body) @class
(struct_specifier name: [(type_identifier) @name (template_type name: (type_identifier) @name)] body: (_) @body) @class
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
  (struct_specifier !body) (union_specifier !body) (enum_specifier !body) (qualified_identifier) (template_type)] declarator: [
  (type_identifier) @name
  (pointer_declarator declarator: (type_identifier) @name)
  (array_declarator declarator: (type_identifier) @name)
  (function_declarator declarator: (parenthesized_declarator (pointer_declarator declarator: (type_identifier) @name)))
  (function_declarator declarator: (type_identifier) @name)]) @constant
(alias_declaration name: (type_identifier) @name) @constant
(concept_definition name: (identifier) @name) @constant
(preproc_def name: (identifier) @name value: (_)) @constant
(preproc_function_def name: (identifier) @name) @function

(field_declaration declarator: [
  (field_identifier) @field.name
  (pointer_declarator declarator: (field_identifier) @field.name)
  (pointer_declarator declarator: (pointer_declarator declarator: (field_identifier) @field.name))
  (array_declarator declarator: (field_identifier) @field.name)
  (reference_declarator (field_identifier) @field.name)
  (function_declarator
    declarator: (parenthesized_declarator (pointer_declarator declarator: (field_identifier) @field.name)))]) @field
(enumerator name: (identifier) @field.name) @field
