"""The vectors of a folder follow its index and the model."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from holdfast.index.index_once import index_once
from holdfast.index.vectors.workspace_vectors import WorkspaceVectors
from scripted_models import toy_vector

CHUNK = "def {name}(first, second):\n    return first + second + {name}_constant\n"


@pytest.fixture
def vectors(cache: Path) -> Iterator[WorkspaceVectors]:
    made = WorkspaceVectors(cache)
    yield made
    made.close()


@pytest.fixture
def index(workspace: Path, cache: Path, write: Callable[..., None]) -> Callable[..., None]:
    def bring_up_to_date(**files: str) -> None:
        write({f"{name}.py": text for name, text in files.items()})
        index_once(workspace, cache, lambda _: None)

    return bring_up_to_date


def embed_all(vectors: WorkspaceVectors, model: str = "m 1") -> list[str]:
    """Embed what is missing; the names of the files' functions."""
    texts = vectors.texts(vectors.refresh(model))
    vectors.add({key: toy_vector(text) for key, text in texts.items()})
    return sorted(text.split("(")[0].removeprefix("def ") for text in texts.values())


def chunk(name: str) -> str:
    return CHUNK.format(name=name)


def test_without_an_index_there_is_nothing(vectors: WorkspaceVectors) -> None:
    assert vectors.refresh("m 1") == []
    assert vectors.nearest(toy_vector("anything"), 5) == []


def test_only_what_is_missing_is_named(vectors: WorkspaceVectors, index: Callable[..., None]) -> None:
    index(a=chunk("alpha"), b=chunk("beta"))
    assert embed_all(vectors) == ["alpha", "beta"]
    index(b=chunk("gamma"), c=chunk("alpha"))
    assert vectors.has_changed()
    assert embed_all(vectors) == ["gamma"]
    assert not vectors.has_changed()


def test_a_chunk_that_was_changed_meanwhile_is_not_found(vectors: WorkspaceVectors, index: Callable[..., None]) -> None:
    index(a=chunk("alpha"), b=chunk("beta"))
    embed_all(vectors)
    index(a="value = 1\n")

    assert [near.chunk.name for near in vectors.nearest(toy_vector(chunk("alpha")), 5)] == ["beta"]


def test_a_changed_text_is_not_sent_in_the_place_of_the_one_that_was_missing(
    vectors: WorkspaceVectors, index: Callable[..., None]
) -> None:
    index(a=chunk("alpha"))
    missing = vectors.refresh("m 1")
    index(a=chunk("omega"))

    assert vectors.texts(missing) == {}


def test_another_model_begins_anew(vectors: WorkspaceVectors, index: Callable[..., None]) -> None:
    index(a=chunk("alpha"))
    embed_all(vectors)
    assert embed_all(vectors, "m 2") == ["alpha"]
    assert vectors.count == 1


def test_another_dimension_begins_anew(vectors: WorkspaceVectors, index: Callable[..., None]) -> None:
    index(a=chunk("alpha"))
    embed_all(vectors)
    index(b=chunk("beta"))
    missing = vectors.refresh("m 1")

    assert vectors.add({key: [1.0, 2.0] for key, _ in missing}) is False
    assert vectors.count == 0
    assert embed_all(vectors) == ["alpha", "beta"]


def test_vectors_of_texts_that_are_gone_are_forgotten_once_they_are_many(
    vectors: WorkspaceVectors, index: Callable[..., None], cache: Path
) -> None:
    index(many="\n".join(chunk(f"number_{number}") for number in range(1_200)))
    assert len(embed_all(vectors)) == 1_200
    index(many=chunk("alpha"))
    embed_all(vectors)
    assert vectors.count == 1
    vectors.close()
    again = WorkspaceVectors(cache)

    assert again.refresh("m 1") == []
    assert again.count == 1
    again.close()


def test_text_without_code_and_tiny_pieces_are_not_embedded(
    vectors: WorkspaceVectors, workspace: Path, index: Callable[..., None]
) -> None:
    (workspace / "README.md").write_text("# A heading\n\n" + "words of prose " * 50)
    index(a="tiny = 1\n", b=chunk("beta"))

    assert embed_all(vectors) == ["beta"]
