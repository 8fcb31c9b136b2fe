"""How answers look: JSON for programs, and a page that a person likes to read."""

import json
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from holdfast.code_chunk import ContextBlock
from holdfast.completion.request import CompletionAnswer
from holdfast.context.pack import NotShown
from holdfast.cursor import Cursor

_LINES_AROUND = 4
_UNSEEN = (
    (0xAD, 0xAD), (0x600, 0x605), (0x61C, 0x61C), (0x6DD, 0x6DD), (0x70F, 0x70F), (0x890, 0x891), (0x8E2, 0x8E2), (0x180E, 0x180E),
    (0x200B, 0x200F), (0x2028, 0x202E), (0x2060, 0x206F), (0xFEFF, 0xFEFF), (0xFFF9, 0xFFFB), (0x110BD, 0x110BD), (0x110CD, 0x110CD),
    (0x13430, 0x1343F), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0001, 0xE0001), (0xE0020, 0xE007F),
)  # fmt: skip
"""Unicode's format characters (Cf) and separators: bidirectional, of no width, tags. They show a text as another than it is."""
_CONTROL_PICTURES = (
    {code: 0x2400 + code for code in range(32) if chr(code) not in "\t\n"}
    | {0x7F: 0x2421}
    | dict.fromkeys(range(128, 160), 65533)
    | {code: 65533 for first, last in _UNSEEN for code in range(first, last + 1)}
)
_GHOST = "italic bright_black"
_WIDE = 140
_PIPE_WIDTH = 110


def new_console() -> Console:
    """Standard output as a page; wide enough for paths where it is not a terminal.

    No markup: `app/[id]/page.tsx` is a name, not a style.
    """
    console = Console(highlight=False, markup=False)
    return console if console.is_terminal else Console(highlight=False, markup=False, width=_PIPE_WIDTH)


def print_json(value: object) -> None:
    """One JSON value on standard output; ASCII alone, which every encoding of a pipe carries."""
    print(json.dumps(value))


def printable(text: str) -> str:
    """`text` with control characters as pictures, and no unseen ones: what a file holds must not steer the terminal or the eye."""
    return text.translate(_CONTROL_PICTURES)


def print_ghost(console: Console, cursor: Cursor, text: str) -> None:
    """The lines around the cursor, with the suggestion where an editor would show it (in ⟦ ⟧ without a terminal)."""
    above = cursor.before.split("\n")[-_LINES_AROUND:]
    below = cursor.after.split("\n")[:_LINES_AROUND]
    first = cursor.line - len(above) + 2
    shown = Text(printable("\n".join(above)))
    ghost = printable(text) or "▏"
    shown.append(ghost if console.is_terminal else f"⟦{ghost}⟧", style=_GHOST)
    shown.append(printable("\n".join(below)))
    for number, line in enumerate(shown.split("\n", allow_blank=True), start=first):
        console.print(Text(f"{number:>5} │ ", style="dim") + line, soft_wrap=True)


def print_engine(console: Console, answer: CompletionAnswer) -> None:
    """Who answered, how fast, or why nobody did."""
    timings = answer.timings
    if answer.text:
        who = (
            f"model {answer.model}" if answer.engine == "model" else "the embedded engine, from this project's own code"
        )
        console.print(Text("Engine   ", style="bold") + Text(who))
    else:
        console.print(Text("Nothing  ", style="bold") + Text(f"reason: {answer.reason}"))
    if answer.sources:
        console.print(Text("Learnt   ", style="bold") + Text("from " + ", ".join(answer.sources)), soft_wrap=True)
    if answer.remedy:
        console.print(Text("Note     ", style="bold") + Text(answer.remedy), soft_wrap=True)
    first = f", first token {timings.first_token:.0f} ms" if timings.first_token else ""
    times = f"index {timings.index:.0f} ms, context {timings.context:.0f} ms{first}, total {timings.total:.0f} ms"
    console.print(Text("Time     ", style="bold") + Text(times))


def print_left_out(console: Console, left_out: Sequence[NotShown]) -> None:
    """Which sections of the manifests had no room, the worthiest first."""
    for section in left_out:
        place = f"{section.path}:{section.lines[0]}-{section.lines[1]}"
        what = f"{place} “{section.heading}”" if section.heading else place
        words = f"Left out: {what}, {section.tokens} tokens ({section.why})."
        console.print(Text(printable(words), style="dim"), soft_wrap=True)


def print_blocks(console: Console, title: str, blocks: Sequence[ContextBlock]) -> None:
    """The blocks as a table: where from, what, who found it, what it costs."""
    if not blocks:
        console.print(Text("Context  ", style="bold") + Text("nothing was found for this cursor."))
        return
    is_wide = console.width >= _WIDE
    table = Table(title=Text(title), title_justify="left", title_style="bold", box=None, pad_edge=False)
    table.add_column("Tokens", justify="right")
    table.add_column("Kind")
    table.add_column("Where", overflow="ellipsis", no_wrap=True)
    table.add_column("Found by", overflow="fold", min_width=len("definitions used, resembling code"))
    if is_wide:
        table.add_column("Begins with", overflow="ellipsis", no_wrap=True, max_width=60)
    for block in blocks:
        place = Text(f"{printable(block.path)}:{block.lines[0]}-{block.lines[1]}")
        found_by = ", ".join(name.replace("_", " ") for name in block.found_by)
        begin = (printable(block.text.strip().split("\n", 1)[0]),) if is_wide else ()
        table.add_row(str(block.tokens), block.kind, place, found_by, *map(Text, begin))
    console.print(table)
