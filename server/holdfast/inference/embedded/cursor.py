"""The cursor as the model sees it: what is complete to its left, and how the token under it begins."""

from dataclasses import dataclass

from holdfast.inference.embedded.lexer import indent_width, split_tokens


@dataclass(frozen=True, slots=True)
class Cursor:
    """`above`: the text of the lines above. `indent`: of this line. `tokens`: this line's finished tokens.

    `prefix` is what the next token must begin with: the last token before the cursor, for it may go on, or the white
    space typed after it. `rest` is what follows on the line, `below` the text of the lines under it.
    """

    above: str
    indent: int
    tokens: tuple[str, ...]
    prefix: str
    rest: str
    below: str


def find_cursor(before: str, after: str) -> Cursor:
    """The cursor between two pieces of text."""
    above, _, line = before.replace("\r\n", "\n").replace("\r", "\n").rpartition("\n")
    rest, _, below = after.replace("\r\n", "\n").replace("\r", "\n").partition("\n")
    body = line.lstrip()
    tokens = split_tokens(body.rstrip())
    trailing = body[len(body.rstrip()) :]
    if trailing or not tokens:
        prefix = trailing
    else:
        prefix, tokens = tokens[-1], tokens[:-1]
    return Cursor(
        above=above,
        indent=indent_width(line[: len(line) - len(body)]),
        tokens=tokens,
        prefix=prefix,
        rest=rest.rstrip(),
        below=below,
    )


def last_indent(text: str) -> int:
    """The indentation of the last line of `text` that is not blank; 0 when there is none."""
    while text:
        text, _, line = text.rpartition("\n")
        body = line.lstrip()
        if body:
            return indent_width(line[: len(line) - len(body)])
    return 0
