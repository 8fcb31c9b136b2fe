(namespace_use_declaration) @import.clause
(include_expression (string)) @import.clause
(include_once_expression (string)) @import.clause
(require_expression (string)) @import.clause
(require_once_expression (string)) @import.clause
