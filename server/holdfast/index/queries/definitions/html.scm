; An element with an id is a field: its line is found by name, and the page itself is cut into blocks.

(attribute
  (attribute_name) @_id (quoted_attribute_value (attribute_value) @field.name)
  (#text? @_id "id")) @field
