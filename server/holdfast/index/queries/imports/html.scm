(script_element (start_tag (attribute
  (attribute_name) @_source (quoted_attribute_value (attribute_value) @import.module)) @import.all)
  (#text? @_source "src"))
(element [
  (start_tag (tag_name) @_tag (attribute
    (attribute_name) @_target (quoted_attribute_value (attribute_value) @import.module)))
  (self_closing_tag (tag_name) @_tag (attribute
    (attribute_name) @_target (quoted_attribute_value (attribute_value) @import.module)))] @import.all
  (#text? @_tag "link") (#text? @_target "href"))
