; Captures as in python.scm. An extension adds to a type that is defined elsewhere.

(class_declaration name: (type_identifier) @name body: (_) @body) @class
(class_declaration name: (user_type (type_identifier) @name .) body: (_) @body) @class @extension
(protocol_declaration name: (type_identifier) @name body: (_) @body) @class
(function_declaration name: (simple_identifier) @name body: (_)? @body) @function
(protocol_function_declaration name: (simple_identifier) @name) @function
(init_declaration name: "init" @name body: (_)? @body) @function
(typealias_declaration name: (type_identifier) @name) @constant
(source_file (property_declaration name: (pattern bound_identifier: (simple_identifier) @name)) @constant)

(class_body (property_declaration name: (pattern bound_identifier: (simple_identifier) @field.name)) @field)
(enum_class_body (property_declaration name: (pattern bound_identifier: (simple_identifier) @field.name)) @field)
(protocol_property_declaration name: (pattern bound_identifier: (simple_identifier) @field.name)) @field
(enum_entry name: (simple_identifier) @field.name) @field
