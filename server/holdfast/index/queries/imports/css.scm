(import_statement) @import.clause
