; Tables with their keys as fields, and the keys before the first table.

(table . [(bare_key) (quoted_key) (dotted_key)] @name . (pair)? @body) @class
(table_array_element . [(bare_key) (quoted_key) (dotted_key)] @name . (pair)? @body) @class
(document (pair . [(bare_key) (quoted_key) (dotted_key)] @name) @constant)

(table (pair . [(bare_key) (quoted_key) (dotted_key)] @field.name) @field)
(table_array_element (pair . [(bare_key) (quoted_key) (dotted_key)] @field.name) @field)
