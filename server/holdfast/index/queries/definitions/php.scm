; Captures as in python.scm.

(function_definition name: (name) @name body: (_) @body) @function
(method_declaration name: (name) @name body: (_)? @body) @function
(class_declaration name: (name) @name body: (_) @body) @class
(interface_declaration name: (name) @name body: (_) @body) @class
(trait_declaration name: (name) @name body: (_) @body) @class
(enum_declaration name: (name) @name body: (_) @body) @class
(program (const_declaration (const_element . (name) @name)) @constant)
(namespace_definition body: (compound_statement (const_declaration (const_element . (name) @name)) @constant))
(program (expression_statement (function_call_expression
  function: (name) @_define arguments: (arguments . (argument (string (string_content) @name)))))  @constant
  (#text? @_define "define"))

(declaration_list (const_declaration (const_element . (name) @field.name)) @field)
(enum_declaration_list (const_declaration (const_element . (name) @field.name)) @field)
(property_declaration (property_element name: (variable_name (name) @field.name))) @field
(property_promotion_parameter name: (variable_name (name) @field.name)) @field
(enum_case name: (name) @field.name) @field
