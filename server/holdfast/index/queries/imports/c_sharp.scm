(using_directive) @import.clause
