; A rule is a constant named by its selector; the classes, ids and custom properties in it are fields.

(rule_set (selectors) @name (block) @body) @constant
(keyframes_statement (keyframes_name) @name) @constant

(class_selector (class_name (identifier) @field.name)) @field
(id_selector (id_name) @field.name) @field
(declaration (property_name) @field.name (#text-match? @field.name "^--")) @field
