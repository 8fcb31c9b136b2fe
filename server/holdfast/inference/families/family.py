"""What there is to know of a family of models: the type of a row of the table."""

import re
from dataclasses import dataclass
from typing import Final, Literal

_LONGEST_NAME: Final = 200
Order = Literal["psm", "spm", "server", "chat"]
"""How a hole is described.

`psm`: what stands before, what follows, middle. `spm`: what follows, what stands before, middle. `server`: the model
server's own template puts both in place. `chat`: an instruction asks for what is missing.
"""

OtherFiles = Literal["tokens", "titles", "comments"]
"""How other files are written: behind tokens of the family's own, as they stand under their path in a comment, or
commented out line by line."""

PATH: Final = "{path}"
LANGUAGE: Final = "{language}"
COMMENT: Final = "{comment}"
"""Places in a format: a file's path, its language, and its path in a comment of the current file's language."""


@dataclass(frozen=True, slots=True)
class RepositoryFormat:
    """How a family saw more than one file of a repository.

    `begin` opens the prompt and `name` stands before the repository's name, where they are not empty. `other` stands
    before the text of another file and `end` after it. Of the current file `outside` stands before its parts and
    `inside` before the part that precedes the hole. `within`: the other files belong to that part, too.
    """

    kind: OtherFiles
    begin: str = ""
    name: str = ""
    other: str = "{comment}\n"
    outside: str = ""
    inside: str = ""
    end: str = ""
    within: bool = False


COMMENTS: Final = RepositoryFormat("comments", inside="{comment}\n", within=True)
"""For a family that saw one file at a time."""

TITLES: Final = RepositoryFormat("titles", inside="{comment}\n", within=True)
"""For a family that saw the files of a repository joined together, each under a comment with its path."""


@dataclass(frozen=True, slots=True)
class ModelFamily:
    """One row: how the models of a family are prompted to fill in the middle, and how they are recognised.

    `prefix`, `suffix` and `middle` stand before the three parts, blanks included. `tokens` are the strings that the
    tokenizer must know as one special token each. `stop` ends an answer. `begins_with` is the token the family expects
    first (empty: none); every server puts it there itself as the vocabulary says, so it is never written by us.
    `context` is the window in tokens of the pretraining, `least_good` the parameters (thousand millions) of the
    smallest model of the family that is worth its wait. `named` and `unlike` are regular expressions over a model's
    name in lower case: whose it is, and which of them cannot fill in the middle after all. `architectures` is what
    their weights call themselves. `documented`: their makers say that they were trained for it.
    """

    name: str
    order: Order
    prefix: str = ""
    suffix: str = ""
    middle: str = ""
    repository: RepositoryFormat = COMMENTS
    tokens: tuple[str, ...] = ()
    stop: tuple[str, ...] = ()
    begins_with: str = ""
    context: int = 0
    least_good: float = 0.0
    named: str = r"(?!)"
    unlike: str = r"(?!)"
    architectures: tuple[str, ...] = ()
    documented: bool = True

    @property
    def control_tokens(self) -> tuple[str, ...]:
        """Every string of the row that text from elsewhere must not hold."""
        return tuple(token for token in dict.fromkeys((*self.tokens, *self.stop, self.begins_with)) if token)

    def is_named(self, model_name: str) -> bool:
        """Whether a model's name says that it is of this family and fills in the middle."""
        name = short_name(model_name)
        return re.search(self.named, name) is not None and re.search(self.unlike, name) is None

    def is_unlike(self, model_name: str) -> bool:
        """Whether a model's name says that it has the family's tokenizer, and was not trained to fill in the middle."""
        return re.search(self.unlike, short_name(model_name)) is not None


def short_name(model_name: str) -> str:
    """A model's name in lower case, no longer than any is: the expressions over it are not linear."""
    return model_name[:_LONGEST_NAME].lower()
