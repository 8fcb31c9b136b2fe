; Definitions: @function, @class or @constant is the whole, @name its name, @body what the signature leads to.
; A pattern that wraps another one of the same @name (a decorator, an export) widens it.

(function_definition name: (identifier) @name body: (block) @body) @function
(class_definition name: (identifier) @name body: (block) @body) @class
(decorated_definition definition: (function_definition name: (identifier) @name body: (block) @body)) @function
(decorated_definition definition: (class_definition name: (identifier) @name body: (block) @body)) @class

(module (expression_statement (assignment left: (identifier) @name)) @constant)
(module (type_alias_statement left: (type (identifier) @name)) @constant)

; Fields: @field is the declaration, @field.name its name; an outline keeps them beside the signatures of members.
(class_definition body: (block (expression_statement (assignment left: (identifier) @field.name)) @field))
(expression_statement (assignment left: [
  (attribute object: (identifier) @_self attribute: (identifier) @field.name)
  (pattern_list (attribute object: (identifier) @_self attribute: (identifier) @field.name))
]) @field)
