(import_declaration) @import.clause
