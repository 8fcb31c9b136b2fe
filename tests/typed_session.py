"""A session of typing as a file, for programs that type it and for the model server that knows how it goes on.

    {"root": FOLDER OF THE TRUE FILES, "accuracy": "right" | "half right" | "wrong", "seed": NUMBER,
     "passages": [{"path": IN THE FOLDER, "language": NAME, "start": CHARACTER, "end": CHARACTER}, ...]}

`start` and `end` count characters of the file's text with "\\n" at its lines' ends, as Python reads it.
"""

from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter

from holdfast.evaluation.typing_answers import Accuracy, TypedModel
from holdfast.evaluation.typing_trace import Passage, Session, SourceFile

_LONGEST_TAIL = 4000
_SHORTER_TAIL = 200


@dataclass(frozen=True, slots=True)
class TypedSession:
    """What is typed again of the files under `root`, and how well the model knows it."""

    root: Path
    session: Session
    accuracy: Accuracy = "right"
    seed: int = 0


class _WirePassage(BaseModel):
    model_config = ConfigDict(extra="forbid")
    path: str
    language: str
    start: int
    end: int


class _WireSession(BaseModel):
    model_config = ConfigDict(extra="forbid")
    root: Path
    accuracy: Accuracy
    seed: int
    passages: list[_WirePassage]


def write_session(typed: TypedSession, file: Path) -> None:
    """Write the description; the files themselves stay where they are."""
    passages = [
        _WirePassage(path=passage.file.path, language=passage.file.language, start=passage.start, end=passage.end)
        for passage in typed.session.passages
    ]
    wire = _WireSession(root=typed.root.resolve(), accuracy=typed.accuracy, seed=typed.seed, passages=passages)
    file.write_text(wire.model_dump_json(indent=1), encoding="utf-8")


def read_session(file: Path) -> TypedSession:
    """Read what `write_session` wrote; raises OSError and pydantic's ValidationError, a ValueError."""
    wire = TypeAdapter(_WireSession).validate_json(file.read_bytes())
    texts = {passage.path: (wire.root / passage.path).read_text(encoding="utf-8") for passage in wire.passages}
    passages = [
        Passage(SourceFile(passage.path, passage.language, texts[passage.path]), passage.start, passage.end)
        for passage in wire.passages
    ]
    return TypedSession(wire.root, Session(tuple(passages)), wire.accuracy, wire.seed)


class SessionModel:
    """Says how a session goes on, told nothing but prompts: it finds the passage and the place that a prefix ends at."""

    def __init__(self, typed: TypedSession) -> None:
        self._models = []
        for passage in typed.session.passages:
            model = TypedModel(typed.accuracy, typed.seed)
            model.begin(passage)
            self._models.append((model, passage))

    def __call__(self, prefix: str, suffix: str) -> str:
        """What the model says after `prefix`; nothing where it is of no passage. The last passage found is tried first."""
        for tail in (prefix[-_LONGEST_TAIL:], prefix[-_SHORTER_TAIL:]):
            for at, (model, passage) in enumerate(self._models):
                places = _places(passage, tail)
                if places:
                    model.typed = min(places, key=lambda place: abs(place - model.typed))
                    self._models.insert(0, self._models.pop(at))
                    return model(prefix, suffix)
        return ""


def _places(passage: Passage, tail: str) -> list[int]:
    """After how many characters of the passage the file's text ends with `tail`."""
    text = passage.file.text
    ends = range(passage.start, passage.end + 1)
    return [
        end - passage.start for end in ends if text.startswith(tail, max(0, end - len(tail)), end) and end >= len(tail)
    ]
