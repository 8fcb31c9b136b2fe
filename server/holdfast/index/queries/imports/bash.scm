(command name: (command_name (word) @_source) (#text? @_source "source" ".")) @import.clause
