(preproc_include) @import.clause
