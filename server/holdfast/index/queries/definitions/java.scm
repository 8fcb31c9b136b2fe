; Captures as in python.scm.

(class_declaration name: (identifier) @name body: (_) @body) @class
(interface_declaration name: (identifier) @name body: (_) @body) @class
(enum_declaration name: (identifier) @name body: (_) @body) @class
(record_declaration name: (identifier) @name body: (_) @body) @class
(annotation_type_declaration name: (identifier) @name body: (_) @body) @class
(method_declaration name: (identifier) @name body: (_)? @body) @function
(constructor_declaration name: (identifier) @name body: (_) @body) @function
(compact_constructor_declaration name: (identifier) @name body: (_) @body) @function
(annotation_type_element_declaration name: (identifier) @name) @function

(field_declaration declarator: (variable_declarator name: (identifier) @field.name)) @field
(constant_declaration declarator: (variable_declarator name: (identifier) @field.name)) @field
(enum_constant name: (identifier) @field.name) @field
(record_declaration parameters: (formal_parameters (formal_parameter name: (identifier) @field.name) @field))
