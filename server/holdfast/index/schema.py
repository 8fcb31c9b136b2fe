"""The shape of index.db. Derived data: another version, or a damaged file, is dropped and built again.

`chunk_words` holds, for each chunk, its identifiers and their parts (see `identifiers.search_words`), already split
and in lower case, so that its tokenizer has only to cut at spaces. Its rowid is the chunk's id.
"""

from typing import Final

SCHEMA_VERSION: Final = 2

SCHEMA: Final = """
CREATE TABLE file (
  id INTEGER PRIMARY KEY,
  path TEXT NOT NULL UNIQUE,
  module TEXT NOT NULL,
  language TEXT NOT NULL,
  mtime_ns INTEGER NOT NULL,
  size INTEGER NOT NULL,
  hash BLOB NOT NULL,
  damaged_places INTEGER NOT NULL
) STRICT;
CREATE INDEX file_by_module ON file (module);

CREATE TABLE chunk (
  id INTEGER PRIMARY KEY,
  file_id INTEGER NOT NULL REFERENCES file (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  qualified_name TEXT NOT NULL,
  signature TEXT NOT NULL,
  first_line INTEGER NOT NULL,
  last_line INTEGER NOT NULL,
  text TEXT NOT NULL
) STRICT;
CREATE INDEX chunk_by_file ON chunk (file_id);
CREATE INDEX chunk_by_name ON chunk (name) WHERE name <> '';

CREATE TABLE import (
  file_id INTEGER NOT NULL REFERENCES file (id) ON DELETE CASCADE,
  module TEXT NOT NULL,
  name TEXT NOT NULL,
  alias TEXT NOT NULL
) STRICT;
CREATE INDEX import_by_file ON import (file_id);

CREATE TABLE skipped (reason TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO counter VALUES ('generation', 0);

CREATE VIRTUAL TABLE chunk_words USING fts5(words, tokenize = "ascii tokenchars '_$'");
CREATE VIRTUAL TABLE chunk_vocabulary USING fts5vocab(chunk_words, row);
"""
