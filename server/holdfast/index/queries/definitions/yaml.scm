; The keys of the outermost mapping, and those below them as fields.

(stream (document (block_node (block_mapping (block_mapping_pair key: (flow_node (_) @name)) @constant))))
(stream (document (block_node (block_mapping (block_mapping_pair value: (block_node (block_mapping
  (block_mapping_pair key: (flow_node (_) @field.name)) @field)))))))
