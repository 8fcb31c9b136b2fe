"""Folders that never hold a project's own source, whatever git's ignore files say."""

from typing import Final

_VENDORED: Final = frozenset(
    """node_modules bower_components jspm_packages .yarn .pnpm-store site-packages __pypackages__ .bundle Pods
    third_party thirdparty third-party 3rdparty _vendor _vendored""".split()  # noqa: SIM905 - a paragraph of names
)
_TOOLS_OWN: Final = frozenset(
    """.git .hg .svn .bzr .jj CVS .venv __pycache__ .tox .nox .eggs .mypy_cache .ruff_cache .pytest_cache .hypothesis
    .ipynb_checkpoints .cache .next .nuxt .svelte-kit .turbo .parcel-cache .angular .gradle .idea .vs .terraform
    .dart_tool .stack-work .zig-cache zig-cache .bloop .metals .ccls-cache .clangd .sass-cache .nyc_output .vscode-test
    .holdfast DerivedData""".split()  # noqa: SIM905 - a paragraph of names
)

_CARGO_COPY: Final = ".cargo-checksum.json"
MARKERS: Final = ("pyvenv.cfg", "CACHEDIR.TAG", _CARGO_COPY)
"""A folder with one of these files in it is a virtual environment, a cache or a crate that Cargo has copied."""

_VENDOR_MARKERS: Final = ("modules.txt", "autoload.php")
"""What Go and Composer leave in the folder `vendor`, which may hold a project's own code without them."""


def markers_of(folder_name: str) -> tuple[str, ...]:
    """The files of which one is enough to leave a folder of this name out."""
    return (*MARKERS, *_VENDOR_MARKERS) if folder_name == "vendor" else MARKERS


def is_never_source(folder_name: str) -> bool:
    """Whether a folder is left out by its name alone."""
    return folder_name in _VENDORED or folder_name in _TOOLS_OWN or folder_name.endswith(".egg-info")


def is_vendored(cause: str) -> bool:
    """Whether a folder that is left out because of `cause`, its name or a marker in it, is somebody else's source."""
    return cause in _VENDORED or cause in _VENDOR_MARKERS or cause == _CARGO_COPY
