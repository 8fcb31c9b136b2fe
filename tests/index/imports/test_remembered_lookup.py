from collections import Counter

from holdfast.index.anatomy import Import
from holdfast.index.imports.file_lookup import FileLookup
from holdfast.index.imports.remembered_lookup import RememberedLookup
from holdfast.index.imports.resolve import DefinedName, defined_names
from known_files import KnownFiles

PARTS = [f"nx/part{number}.py" for number in range(30)]
NAMES = [f"f{number}" for number in range(20)]


def package() -> KnownFiles:
    """A package whose `__init__.py` passes on all that thirty files define; the last of them defines the names."""
    stars = [Import(f".part{number}", "*", "") for number in range(30)]
    return KnownFiles(["nx/__init__.py", *PARTS, "tool.py"], {"nx/__init__.py": stars}, {PARTS[-1]: NAMES})


def places(lookup: FileLookup) -> list[list[DefinedName]]:
    return [defined_names(lookup, "tool.py", "python", Import("nx", name, "")) for name in NAMES]


def test_what_many_names_of_one_package_mean_is_asked_once() -> None:
    plain, remembered = package(), package()

    found = places(RememberedLookup(remembered))

    assert found == places(plain) == [[DefinedName(PARTS[-1], name)] for name in NAMES]
    assert max(Counter(remembered.questions).values()) == 1
    assert len(set(plain.questions)) == len(remembered.questions)
