"""The prompt, least volatile first, so that the server's prefix cache keeps what did not change.

Order: repository header → manifest → session memory → code from other files → current file up to the cursor → what
follows → middle; for a family trained to see what follows first, that stands before the current file, and typing changes
the end alone.
Every text is neutralised; injected text also loses its invisible characters.
"""

import re
from dataclasses import dataclass
from typing import Final

from holdfast.code_chunk import ContextBlock
from holdfast.inference.control_tokens import drop_invisible, neutralise
from holdfast.inference.families.family import COMMENT, LANGUAGE, PATH, ModelFamily
from holdfast.inference.families.line_comment import line_comment
from holdfast.inference.families.table import HOLE, INSTRUCTION
from holdfast.inference.file_window import FileWindow

_PLACE: Final = re.compile("|".join(map(re.escape, (PATH, LANGUAGE, COMMENT))))
_LONGEST_NAME: Final = 200
"""Characters of a path or a repository's name; of a longer one the end says most."""


@dataclass(frozen=True, slots=True)
class PromptHead:
    """Everything before the current file's text; the same object while an epoch lasts."""

    text: str
    blocks: tuple[ContextBlock, ...]


@dataclass(frozen=True, slots=True)
class PromptText:
    """What is sent: `prompt` alone where it is raw, else with the `suffix` or the `system` instruction beside it."""

    prompt: str
    suffix: str | None = None
    system: str | None = None

    @property
    def whole(self) -> str:
        """All of it, for a person to read; the parts that the server's template keeps apart on lines of their own."""
        parts = (self.system, self.prompt, self.suffix)
        return self.prompt if self.is_raw else "\n⟨⟩\n".join(part for part in parts if part is not None)

    @property
    def is_raw(self) -> bool:
        """Whether the server adds nothing."""
        return self.suffix is None and self.system is None


def write_head(
    family: ModelFamily,
    repository: str,
    blocks: tuple[ContextBlock, ...],
    special_tokens: tuple[str, ...] = (),
    *,
    language: str = "",
) -> PromptHead:
    """The repository header and the blocks, in the order given; `language` is the current file's, for its comments."""
    form = family.repository
    parts = [form.begin]
    if form.name:
        parts.append(f"{form.name}{_one_line(repository, special_tokens)}\n")
    for block in blocks:
        text = neutralise(drop_invisible(_with_plain_line_ends(block.text)), special_tokens).rstrip()
        if form.kind == "comments":
            text = "\n".join(_comment(line, language) for line in text.split("\n"))
        parts.append(f"{_filled(form.other, block.path, language, special_tokens)}{text}\n{form.end}")
    return PromptHead("".join(parts), blocks)


def write_prompt(
    family: ModelFamily,
    head: PromptHead,
    path: str,
    window: FileWindow,
    special_tokens: tuple[str, ...] = (),
    *,
    language: str = "",
) -> str:
    """The whole raw prompt for a hole between `window.prefix` and `window.suffix` of `path`."""
    form = family.repository
    outside = _filled(form.outside, path, language, special_tokens)
    # Where files have no token of their own, this one is told apart only once there are others.
    is_told = bool(head.blocks) or (form.kind == "tokens" and not form.within)
    inside = _filled(form.inside, path, language, special_tokens) if is_told else ""
    if form.within:
        inside = head.text + inside
    else:
        outside = head.text + outside
    before = f"{family.prefix}{inside}{neutralise(window.prefix, special_tokens)}"
    after = f"{family.suffix}{neutralise(window.suffix, special_tokens)}"
    hole = after + before if family.order == "spm" else before + after
    return f"{outside}{hole}{family.middle}"


def write_text(
    family: ModelFamily,
    head: PromptHead,
    path: str,
    window: FileWindow,
    special_tokens: tuple[str, ...] = (),
    *,
    language: str = "",
) -> PromptText:
    """What to send for that hole, raw or for one of the server's templates."""
    if family.order in {"psm", "spm"}:
        return PromptText(write_prompt(family, head, path, window, special_tokens, language=language))
    before = neutralise(window.prefix, special_tokens)
    after = neutralise(window.suffix, special_tokens)
    header = _filled(family.repository.inside, path, language, special_tokens)
    if family.order == "server":
        return PromptText(f"{head.text}{header if head.blocks else ''}{before}", suffix=after or "\n")
    return PromptText(f"{head.text}{header}{before}{HOLE}{after}", system=INSTRUCTION)


def _filled(form: str, path: str, language: str, special_tokens: tuple[str, ...]) -> str:
    """`form` with its places filled in, all at once, so that a path cannot name another place."""
    if not form:
        return ""
    name = _one_line(path, special_tokens)

    def fill(match: re.Match[str]) -> str:
        if match.group() == PATH:
            return name
        return _one_line(language, special_tokens) if match.group() == LANGUAGE else _comment(name, language)

    return _PLACE.sub(fill, form)


def _comment(text: str, language: str) -> str:
    """`text`, one line, as a comment that ends where the line does, whatever stands in it."""
    opening, closing = line_comment(language)
    end = closing.strip()
    return f"{opening}{text.replace(end, ' '.join(end)) if end else text}{closing}"


def _with_plain_line_ends(text: str) -> str:
    """Chunks stand as in their files; one prompt has one kind of line end, or the model mixes them."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _one_line(name: str, special_tokens: tuple[str, ...]) -> str:
    """A repository's or file's name, which on some systems may hold line breaks."""
    return neutralise(drop_invisible(" ".join(name.split()))[-_LONGEST_NAME:], special_tokens)
