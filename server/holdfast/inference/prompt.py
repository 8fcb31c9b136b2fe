"""The prompt, least volatile first, so that the server's prefix cache keeps what did not change.

Order: repository header → manifest → code from other files → current file up to the cursor → what follows → middle.
Every text is neutralised; injected text also loses its invisible characters.
"""

from dataclasses import dataclass

from holdfast.code_chunk import ContextBlock
from holdfast.inference.control_tokens import drop_invisible, neutralise
from holdfast.inference.file_window import FileWindow
from holdfast.inference.fim_template import FimTemplate


@dataclass(frozen=True, slots=True)
class PromptHead:
    """Everything before the current file's text; the same object while an epoch lasts."""

    text: str
    blocks: tuple[ContextBlock, ...]


def write_head(
    template: FimTemplate,
    repository: str,
    blocks: tuple[ContextBlock, ...],
    special_tokens: tuple[str, ...] = (),
) -> PromptHead:
    """The repository header and the blocks, in the order given."""
    parts = [f"{template.repository}{_one_line(repository, special_tokens)}\n"]
    for block in blocks:
        path = _one_line(block.path, special_tokens)
        text = neutralise(drop_invisible(_with_plain_line_ends(block.text)), special_tokens)
        parts.append(f"{template.file}{path}\n{text.rstrip()}\n")
    return PromptHead("".join(parts), blocks)


def write_prompt(
    template: FimTemplate,
    head: PromptHead,
    path: str,
    window: FileWindow,
    special_tokens: tuple[str, ...] = (),
) -> str:
    """The whole raw prompt for a hole between `window.prefix` and `window.suffix` of `path`."""
    return "".join(
        (
            head.text,
            f"{template.file}{_one_line(path, special_tokens)}\n",
            template.prefix,
            neutralise(window.prefix, special_tokens),
            template.suffix,
            neutralise(window.suffix, special_tokens),
            template.middle,
        )
    )


def _with_plain_line_ends(text: str) -> str:
    """Chunks stand as in their files; one prompt has one kind of line end, or the model mixes them."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _one_line(name: str, special_tokens: tuple[str, ...]) -> str:
    """A repository's or file's name, which on some systems may hold line breaks."""
    return neutralise(drop_invisible(" ".join(name.split())), special_tokens)
