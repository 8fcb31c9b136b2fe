"""How Python's tools are started in a project: through uv, Poetry, PDM or Pipenv where their lock file is there."""

from typing import Final

from holdfast.manifest.project_facts.project_tree import ProjectTree

PYTHON_LOCKS: Final = {"uv.lock": "uv", "poetry.lock": "poetry", "pdm.lock": "pdm", "Pipfile.lock": "pipenv"}


def python_runner(tree: ProjectTree, folder: str) -> str:
    """What stands before the name of a tool ("uv run "), "" where nothing is known to."""
    for lock, tool in PYTHON_LOCKS.items():
        if tree.has(f"{folder}/{lock}" if folder else lock):
            return f"{tool} run "
    return ""
