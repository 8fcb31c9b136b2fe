; Captures as in python.scm.

(function_declaration name: (identifier) @name body: (_)? @body) @function
(source_file (variable_declaration . (identifier) @name) @constant)
(struct_declaration (variable_declaration . (identifier) @name) @constant)
(variable_declaration . (identifier) @name [
  (struct_declaration) (enum_declaration) (union_declaration) (opaque_declaration) (error_set_declaration)] @body) @class

(container_field name: (identifier) @field.name) @field
(error_set_declaration (identifier) @field.name @field)
