"""The shape of index.db. Derived data: another version, or a damaged file, is dropped and built again.

`chunk_words` holds, for each chunk, its identifiers and their parts (see `identifiers.search_words`), already split
and in lower case, so that its tokenizer has only to cut at spaces. Its rowid is the chunk's id. It keeps no text: a chunk is
taken out by its words, made again from its text, so another way to make them is another version. `file.names` has the
distinct identifiers of a file, separated by spaces. `file.id` is never given twice, so that it tells one state of one
file. `owner` is the bare name of the class around a member, "" for none.

`word_count` says in how many chunks each word occurred when it was written (see `word_counts`); `chunk_vocabulary` knows it
as it is now. Of `counter`, `chunks` is how many there are, `turnover` how many ever came and how many went, added up, and
`counted_turnover` what that was when `word_count` was written.
"""

from typing import Final

SCHEMA_VERSION: Final = 6

SCHEMA: Final = """
CREATE TABLE file (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  path TEXT NOT NULL UNIQUE,
  folder TEXT NOT NULL,
  folder_name TEXT NOT NULL,
  module TEXT NOT NULL,
  language TEXT NOT NULL,
  mtime_ns INTEGER NOT NULL,
  size INTEGER NOT NULL,
  hash BLOB NOT NULL,
  damaged_places INTEGER NOT NULL,
  names TEXT NOT NULL
) STRICT;
CREATE INDEX file_by_module ON file (module);
CREATE INDEX file_by_folder ON file (folder);
CREATE INDEX file_by_folder_name ON file (folder_name, folder);

CREATE TABLE chunk (
  id INTEGER PRIMARY KEY,
  file_id INTEGER NOT NULL REFERENCES file (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  qualified_name TEXT NOT NULL,
  signature TEXT NOT NULL,
  first_line INTEGER NOT NULL,
  last_line INTEGER NOT NULL,
  text TEXT NOT NULL,
  signature_line INTEGER NOT NULL,
  owner TEXT NOT NULL
) STRICT;
CREATE INDEX chunk_by_file ON chunk (file_id);
CREATE INDEX chunk_by_name ON chunk (name) WHERE name <> '';
CREATE INDEX chunk_by_owner ON chunk (owner) WHERE owner <> '';

CREATE TABLE field (
  file_id INTEGER NOT NULL REFERENCES file (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  owner TEXT NOT NULL,
  line INTEGER NOT NULL,
  text TEXT NOT NULL
) STRICT;
CREATE INDEX field_by_file ON field (file_id);
CREATE INDEX field_by_name ON field (name);
CREATE INDEX field_by_owner ON field (owner) WHERE owner <> '';

CREATE TABLE import (
  file_id INTEGER NOT NULL REFERENCES file (id) ON DELETE CASCADE,
  module TEXT NOT NULL,
  name TEXT NOT NULL,
  alias TEXT NOT NULL
) STRICT;
CREATE INDEX import_by_file ON import (file_id);

CREATE TABLE import_root (
  file_id INTEGER NOT NULL REFERENCES file (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  prefix TEXT NOT NULL,
  target TEXT NOT NULL,
  folder TEXT NOT NULL
) STRICT;
CREATE INDEX import_root_by_file ON import_root (file_id);

CREATE TABLE skipped (reason TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO counter VALUES ('generation', 0), ('chunks', 0), ('turnover', 0), ('counted_turnover', 0);

CREATE VIRTUAL TABLE chunk_words USING fts5(words, content = '', tokenize = "ascii tokenchars '_$'");
CREATE VIRTUAL TABLE chunk_vocabulary USING fts5vocab(chunk_words, row);
CREATE TABLE word_count (word TEXT PRIMARY KEY, chunks INTEGER NOT NULL) STRICT, WITHOUT ROWID;
"""
