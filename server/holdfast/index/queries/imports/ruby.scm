(call
  method: (identifier) @_require arguments: (argument_list . (string))
  (#text? @_require "require" "require_relative" "load")) @import.clause
