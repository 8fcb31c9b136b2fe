(use_declaration) @import.clause
(mod_item !body) @import.clause
