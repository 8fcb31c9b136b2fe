; Captures as in python.scm.

(object_definition name: (identifier) @name body: (_)? @body) @class
(class_definition name: (identifier) @name body: (_)? @body) @class
(trait_definition name: (identifier) @name body: (_)? @body) @class
(enum_definition name: (identifier) @name body: (_) @body) @class
(function_definition name: (_) @name body: (_) @body) @function
(function_declaration name: (_) @name) @function
(type_definition name: (type_identifier) @name) @constant
(compilation_unit (val_definition pattern: (identifier) @name) @constant)
(compilation_unit (var_definition pattern: (identifier) @name) @constant)
(given_definition name: (identifier) @name) @constant

(template_body (val_definition pattern: (identifier) @field.name) @field)
(template_body (var_definition pattern: (identifier) @field.name) @field)
(template_body (val_declaration name: (identifier) @field.name) @field)
(template_body (var_declaration name: (identifier) @field.name) @field)
(class_parameter name: (identifier) @field.name) @field
(simple_enum_case name: (identifier) @field.name) @field
(full_enum_case name: (identifier) @field.name) @field
