"""An index of some files, as a retriever meets it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from small_index import SmallIndex, Texts

MakeIndex = Callable[[Texts], SmallIndex]


@pytest.fixture
def make_index(workspace: Path, cache: Path) -> Iterator[MakeIndex]:
    made = SmallIndex(workspace, cache)

    def make(texts: Texts) -> SmallIndex:
        made.put(texts)
        return made

    yield make
    made.reader.close()
