(import) @import.clause
