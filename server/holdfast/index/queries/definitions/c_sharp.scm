; Captures as in python.scm. Namespaces own nothing: a class is found by its own name.

(class_declaration name: (identifier) @name body: (_)? @body) @class
(interface_declaration name: (identifier) @name body: (_) @body) @class
(struct_declaration name: (identifier) @name body: (_)? @body) @class
(record_declaration name: (identifier) @name body: (_)? @body) @class
(enum_declaration name: (identifier) @name body: (_) @body) @class
(delegate_declaration name: (identifier) @name) @constant
(method_declaration name: (identifier) @name body: (_)? @body) @function
(constructor_declaration name: (identifier) @name body: (_)? @body) @function
(local_function_statement name: (identifier) @name body: (_)? @body) @function

(field_declaration (variable_declaration (variable_declarator name: (identifier) @field.name))) @field
(event_field_declaration (variable_declaration (variable_declarator name: (identifier) @field.name))) @field
(property_declaration name: (identifier) @field.name) @field
(enum_member_declaration name: (identifier) @field.name) @field
(record_declaration (parameter_list (parameter name: (identifier) @field.name) @field))
