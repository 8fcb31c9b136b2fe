; A heading names the section that runs to the next heading.

(atx_heading heading_content: (inline) @name) @section
(setext_heading heading_content: (paragraph (inline) @name)) @section
