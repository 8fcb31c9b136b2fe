from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ImportRoot:
    """In files below `folder`, an import that begins with `prefix` means the workspace path `target`.

    `folder` and `target` are relative to the workspace with "/", "" for its top. The kinds:

    - `go`: a module path and its folder.
    - `rust`: a crate's name in code and its root file; the prefix "crate" is the crate that `folder` holds.
    - `script`: a pattern as in tsconfig's `paths`, where one "*" stands for the rest on both sides.
    - `script-extends`: files below `folder` also follow the patterns declared beside the file `target`.
    - `php`: a namespace that ends in a backslash and its folder.
    """

    kind: str
    prefix: str
    target: str
    folder: str
