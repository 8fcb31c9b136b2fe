; Tables and views are classes, their columns fields.

(create_table (object_reference name: (identifier) @name) (column_definitions)? @body) @class
(create_view (object_reference name: (identifier) @name)) @class
(create_materialized_view (object_reference name: (identifier) @name)) @class
(create_type (object_reference name: (identifier) @name)) @class
(create_function (object_reference name: (identifier) @name) (function_body)? @body) @function
(create_trigger . (keyword_create) (object_reference name: (identifier) @name)) @function
(create_index column: (identifier) @name) @constant

(column_definition name: (identifier) @field.name) @field
