(import_spec !name path: (interpreted_string_literal (interpreted_string_literal_content) @import.module))
(import_spec
  name: (dot) @import.all path: (interpreted_string_literal (interpreted_string_literal_content) @import.module))
(import_spec
  name: [(package_identifier) (blank_identifier)] @import.alias
  path: (interpreted_string_literal (interpreted_string_literal_content) @import.module))
