; Captures as in python.scm.

(class_declaration name: (identifier) @name) @class
(class_declaration name: (identifier) @name [(class_body) (enum_class_body)] @body) @class
(object_declaration name: (identifier) @name (class_body)? @body) @class
(companion_object name: (identifier) @name (class_body)? @body) @class
(function_declaration name: (identifier) @name (function_body)? @body) @function
(type_alias type: (identifier) @name) @constant
(source_file (property_declaration (variable_declaration . (identifier) @name)) @constant)

(class_body (property_declaration (variable_declaration . (identifier) @field.name)) @field)
(class_parameter ["val" "var"] (identifier) @field.name) @field
(enum_entry . (identifier) @field.name) @field
