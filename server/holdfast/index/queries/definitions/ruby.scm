; Captures as in python.scm.

(method name: (_) @name body: (_)? @body) @function
(singleton_method name: (_) @name body: (_)? @body) @function
(class name: [(constant) @name (scope_resolution scope: (_) @owner name: (constant) @name)] body: (_)? @body) @class
(module name: [(constant) @name (scope_resolution scope: (_) @owner name: (constant) @name)] body: (_)? @body) @class
(program (assignment left: (constant) @name) @constant)

(body_statement (assignment left: (constant) @field.name) @field)
(body_statement (call method: (identifier) @_attribute arguments: (argument_list (simple_symbol) @field.name)) @field
  (#text-match? @_attribute "^attr_(reader|writer|accessor)$"))
(assignment left: (instance_variable) @field.name) @field
