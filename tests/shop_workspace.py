"""A project of two files and a manifest that the end-to-end tests work on."""

from pathlib import Path

LIBRARY = "def greet_politely(name: str) -> str:\n    return f'Good day, {name}.'\n"
DEFINITION = LIBRARY.partition("\n")[0]
"""What the context shows of it: the line that defines what APP imports."""
APP = "from library import greet_politely\n\n\ndef main() -> None:\n    print(greet_\n"
REST = 'politely("World"))'
"""How the model says APP goes on at line 4, column 16 (LSP counting)."""


def make_shop(root: Path) -> Path:
    """Write the project into a new folder `root`."""
    root.mkdir()
    (root / "library.py").write_text(LIBRARY)
    (root / "app.py").write_text(APP)
    (root / "CLAUDE.md").write_text("# Rules\n\nGreet politely.\n")
    return root


def app(root: Path) -> str:
    """The URI of `app.py`."""
    return (root / "app.py").as_uri()
