; Captures as in python.scm. An `impl` adds to a type that is defined elsewhere: @extension.

(function_item name: (_) @name body: (_) @body) @function
(function_signature_item name: (_) @name) @function
(struct_item name: (type_identifier) @name body: (_)? @body) @class
(union_item name: (type_identifier) @name body: (_) @body) @class
(enum_item name: (type_identifier) @name body: (_) @body) @class
(trait_item name: (type_identifier) @name body: (_) @body) @class
(impl_item type: [
  (type_identifier) @name
  (generic_type type: (type_identifier) @name)
  (generic_type type: (scoped_type_identifier name: (type_identifier) @name))
  (scoped_type_identifier name: (type_identifier) @name)
  (reference_type type: (type_identifier) @name)] body: (_) @body) @class @extension
(macro_definition name: (identifier) @name (macro_rule) @body) @function
(type_item name: (type_identifier) @name) @constant
(associated_type name: (type_identifier) @name) @constant
(const_item name: (identifier) @name) @constant
(static_item name: (identifier) @name) @constant

(field_declaration name: (field_identifier) @field.name) @field
(enum_variant name: (identifier) @field.name) @field
