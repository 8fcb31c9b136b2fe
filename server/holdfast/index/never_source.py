"""Folders that never hold a project's own source, whatever its ignore files say."""

from typing import Final

_NAMES: Final = frozenset(
    """.git .hg .svn .bzr .jj CVS node_modules bower_components jspm_packages .yarn .pnpm-store .venv __pycache__
    __pypackages__ site-packages .tox .nox .eggs .mypy_cache .ruff_cache .pytest_cache .hypothesis .ipynb_checkpoints
    .cache .next .nuxt .svelte-kit .turbo .parcel-cache .angular .gradle .idea .vs .terraform .bundle .dart_tool
    .stack-work .zig-cache zig-cache .bloop .metals .ccls-cache .clangd .sass-cache .nyc_output .vscode-test .holdfast
    DerivedData Pods""".split()  # noqa: SIM905 - a paragraph of names
)

MARKERS: Final = ("pyvenv.cfg", "CACHEDIR.TAG")
"""A folder with one of these files in it is a virtual environment or a cache."""


def is_never_source(folder_name: str) -> bool:
    """Whether a folder is left out by its name alone."""
    return folder_name in _NAMES or folder_name.endswith(".egg-info")
