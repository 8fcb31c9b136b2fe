; Captures as in python.scm; @owner is the type that a definition names itself.

(function_declaration name: (identifier) @name body: (_)? @body) @function
(method_declaration
  receiver: (parameter_list (parameter_declaration type: [
    (type_identifier) @owner
    (generic_type type: (type_identifier) @owner)
    (pointer_type (type_identifier) @owner)
    (pointer_type (generic_type type: (type_identifier) @owner))]))
  name: (field_identifier) @name body: (_)? @body) @function
(type_spec name: (type_identifier) @name) @constant
(type_alias name: (type_identifier) @name) @constant
(type_spec name: (type_identifier) @name type: [(struct_type) (interface_type)] @body) @class
(interface_type (method_elem name: (field_identifier) @name) @function)

(source_file (const_declaration (const_spec name: (identifier) @name) @constant))
(source_file (var_declaration (var_spec name: (identifier) @name) @constant))
(source_file (var_declaration (var_spec_list (var_spec name: (identifier) @name) @constant)))

(field_declaration name: (field_identifier) @field.name) @field
(field_declaration !name type: [(type_identifier) @field.name (qualified_type name: (type_identifier) @field.name)]) @field
