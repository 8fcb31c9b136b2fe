"""What a person or a model says in a message, sentence by sentence: without code, quotations, logs and what tools put in.

Messages are Markdown more often than not. A sentence keeps the heading it stands under, because "Next steps" makes of a
list what the list itself does not say.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from holdfast.sessions.memory.item import LONGEST_TEXT
from holdfast.sessions.memory.late_pattern import compiled

MOST_TYPED: Final = 3_000
"""Characters of a message that a person may have typed: in the middle of a longer one lies what was pasted."""
_MOST_WRITTEN: Final = 12_000
_LARGEST: Final = 1_000_000
_LONGEST_LINE: Final = 1_000
_WRAPPED: Final = 60
"""A line as long as this goes on in the next; a shorter one was ended by whoever wrote it."""
_MOST_SENTENCES: Final = 200

_FENCE: Final = r"\s{0,12}(```+|~~~+|\"\"\"(?!.*\"\"\")|'''(?!.*''')|\"(?=\s*$))"
_LATE_FENCE: Final = r"(?<=[\s:])(```\w{0,20}|\"\"\")\s*$"
"""Code or a quotation that begins at the end of a line of prose."""
_INSERTED: Final = (
    r"(?i)<(system-reminder|local-command-\w+|command-\w+|bash-(?:input|stdout|stderr)|environment_details|file_content|"
    r"task-notification|analysis|thinking|private|documents?|document_\w+|attachments?|attached[-_]\w+|files?|file[-_]\w+|source|"
    r"context|examples?|logs?|outputs?|stdout|stderr|e-?mail|mail|errors?|results?|tool[-_]\w+|function[-_]\w+|web[-_]?page|page|"
    r"article|transcript|conversation|chat|history|quote|blockquote|pre|code|details|diff|patch|data|text|snippet|selection|"
    r"search[-_]\w+|ide[-_]\w+|memory|memories)(?![\w-])[^>]{0,200}>"
)
_TAG: Final = r"</?[a-zA-Z][\w-]{0,40}(?:\s[^<>]{0,200})?/?>"
_HEADING: Final = r"\s{0,3}#{1,6}\s+(.*?)\s*#*$"
_BOLD_HEADING: Final = r"\s{0,3}\*\*([^*]{1,80}?):?\*\*:?$"
_BOX: Final = r"\s*(?:[-*+]|\d{1,3}[.)])?\s*(?:\[([ xX~/-])\]|([☐☑☒✅⬜]))\s+(.*)"
_ITEM: Final = r"\s*(?:[-*+•]|\d{1,3}[.)])\s+(.*)"
_LABEL: Final = r"[^.!?:]{2,60}:$"
_ANNOUNCED: Final = r"[.!?][*_]{0,3}\s+([^.!?:\n]{2,60}):[*_ ]*$"
_NOT_PROSE: Final = (
    r"\s*(?:>|\||[$%#]\s|\+{1,3}\S|-{2,}|@@|diff --git|\d{4}-\d\d-\d\d[T ]\d\d:|\[?\d\d:\d\d:\d\d|\[\d|Traceback |"
    r"File \"|at \S+ ?\(|[\w.-]{1,40}\s*\|\s|(?:ERROR|WARN(?:ING)?|INFO|DEBUG|FATAL|E)\b[ :\]]|(?:\w+\.)*\w*(?:Error|Exception)\b:)"
)
_SENTENCE_END: Final = r"(?<=[.!?…])[\"”\u2019)\]*_]{0,3}\s+(?=[^a-z\s])|(?<=[!?…])\s+|(?<=[a-z)`]\.)\s+(?=[a-z])"
_SHORTENED: Final = r"(?i)\b(?:e\.g|i\.e|etc|vs|cf|resp|approx|z\.B|d\.h|bzw|p\.ej|Nr|No|Mr|Dr)\.$"
_DECORATION: Final = r"\*\*|__|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)"
_CODE: Final = r"`[^`\n]{0,200}`"
_QUOTED: Final = (
    r"\"[^\"\n]{0,1500}\"|“[^”\n]{0,1500}”|«[^»\n]{0,1500}»|„[^“\n]{0,1500}“|"
    r"(?<!\w)'(?:[^'\n]|(?<=\w)'(?=\w)){12,300}'(?!\w)"
)
_SHORT_QUOTE: Final = 14
"""With its marks: a shorter one is a name, and no sentence of somebody else's."""
_QUOTE_MARK: Final = "[\"'“«„]"
_UNSEEN: Final = (
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]+"
)

_PLAIN: Final = str.maketrans("\u2019\u02bc\u2018\u2013\u2014", "'''--")
"""Apostrophes and dashes as a keyboard has them."""

Box = Literal["open", "done"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text` as written, on one line; `bare` is as long, without what stands in code and quotation marks, and lower case.

    `heading` is the nearest heading or label above, lower case; `box` says whether it is a task, and done.
    """

    text: str
    bare: str
    heading: str = ""
    box: Box | None = None
    is_item: bool = False
    is_heading: bool = False


def sentences_of(text: str, most: int = _MOST_WRITTEN) -> list[Sentence]:
    """The sentences of a message in order, of many the first and the last hundred.

    Of more than `most` characters, the first and the last half of so many are read.
    """
    found = list(_sentences(_own_words(text, most)))
    return found if len(found) <= _MOST_SENTENCES else [*found[: _MOST_SENTENCES // 2], *found[-_MOST_SENTENCES // 2 :]]


def one_line(text: str) -> str:
    """`text` on one line, without what a person does not see and without Markdown's emphasis, of at most 240 characters."""
    plain = _plain(text)
    if len(plain) <= LONGEST_TEXT:
        return plain
    cut = plain[: LONGEST_TEXT - 1]
    return cut[: max(cut.rfind(" "), LONGEST_TEXT // 2)].rstrip(" ,;:") + "…"


def _own_words(text: str, most: int) -> str:
    said = _ends(_without_inserted(_ends(text, _LARGEST)), most)
    return compiled(_TAG).sub(" ", said)


def _ends(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most // 2]}\n\n{text[-most // 2 :]}"


def _without_inserted(text: str) -> str:
    """`text` without what tools put between such tags; one that is never closed hides nothing, and is looked for once."""
    folded = text.lower() if len(text.lower()) == len(text) else text
    parts: list[str] = []
    place = 0
    unclosed: set[str] = set()
    for opening in compiled(_INSERTED).finditer(text):
        name = opening[1].lower()
        if opening.start() < place or name in unclosed:
            continue
        end = folded.find(f"</{name}>", opening.end())
        if end < 0:
            unclosed.add(name)
            continue
        parts += [text[place : opening.start()], "\n\n"]
        place = end + len(name) + len("</>")
    return "".join([*parts, text[place:]])


def _sentences(text: str) -> Iterator[Sentence]:
    heading, paragraph, announced = "", "", ""
    for line in _unfenced(text):
        title = compiled(_HEADING).match(line) or compiled(_BOLD_HEADING).match(line)
        box, item = compiled(_BOX).match(line), compiled(_ITEM).match(line)
        ends = not line.strip() or title or box or item or _is_no_prose(line)
        if ends and paragraph:
            yield from _split(paragraph, heading)
            heading, announced = _label_of(paragraph) or heading, _announced_by(paragraph)
            paragraph = ""
        heading = announced or heading if item or box else heading
        announced = announced if not line.strip() else ""
        if title:
            heading = title[1].strip().casefold()
            yield _sentence(title[1], "", is_heading=True)
        elif box:
            is_open = box[1] == " " or (box[2] or "x") in "☐⬜"
            yield _sentence(box[3], heading, box="open" if is_open else "done", is_item=True)
        elif item and not _is_no_prose(item[1]):
            yield from _split(item[1], heading, is_item=True)
            heading = _label_of(item[1]) or heading
        elif not ends:
            if _is_code(line) and len(paragraph.rpartition("\n")[2]) < _WRAPPED:
                continue
            if paragraph and len(paragraph.rpartition("\n")[2]) < _WRAPPED:
                yield from _split(paragraph, heading)
                heading = _label_of(paragraph) or heading
                paragraph = ""
            paragraph = f"{paragraph}\n{line}" if paragraph else line


def _unfenced(text: str) -> Iterator[str]:
    """The lines outside of code and of quotations that take whole lines, and an empty one at the end."""
    fence = ""
    for line in [*text.splitlines(), ""]:
        opening = compiled(_FENCE).match(line)
        if fence:
            fence = "" if opening and opening[1].startswith(fence) else fence
        elif opening:
            fence = opening[1]
        else:
            late = compiled(_LATE_FENCE).search(line) if "```" in line or '"""' in line else None
            is_open = late is not None and line.count(late[1][:3]) % 2 == 1
            yield line[: late.start()] if late and is_open else line
            fence = late[1][:3] if late and is_open else ""
    if fence:
        yield ""


def _is_no_prose(line: str) -> bool:
    return len(line) > _LONGEST_LINE or compiled(_NOT_PROSE).match(line) is not None


def _is_code(line: str) -> bool:
    """Whether Markdown takes it for code, or for what belongs to a list, if it does not go on with the line above."""
    return line.startswith(("    ", "\t"))


def _label_of(paragraph: str) -> str:
    """What a paragraph announces that ends with a colon; "" for any other."""
    last = paragraph.rpartition("\n")[2].strip().strip("*_ ")
    return last[:-1].strip("*_ ").casefold() if compiled(_LABEL).fullmatch(last) else ""


def _announced_by(paragraph: str) -> str:
    """What its last sentence announces, if that ends with a colon: of the list that follows, and of nothing behind it."""
    last = compiled(_ANNOUNCED).search(paragraph) if paragraph.rstrip("*_ ").endswith(":") else None
    return last[1].strip("*_ ").casefold() if last else ""


def _split(paragraph: str, heading: str, *, is_item: bool = False) -> Iterator[Sentence]:
    whole = " ".join(paragraph.split())
    if compiled(_LABEL).fullmatch(whole):
        yield _sentence(whole[:-1], heading, is_heading=True)
        return
    start = 0
    # What ends within a quotation is no sentence of whoever quotes it.
    told = compiled(_QUOTED).sub(_unended, whole) if compiled(_QUOTE_MARK).search(whole) else whole
    for end in compiled(_SENTENCE_END).finditer(told):
        if compiled(_SHORTENED).search(whole, start, end.start()):
            continue
        yield _sentence(whole[start : end.end()], heading, is_item=is_item)
        start = end.end()
    if whole[start:].strip():
        yield _sentence(whole[start:], heading, is_item=is_item)


def _sentence(
    text: str, heading: str, *, box: Box | None = None, is_item: bool = False, is_heading: bool = False
) -> Sentence:
    plain = _plain(text)
    return Sentence(plain, _bare(plain), heading, box, is_item, is_heading)


def _plain(text: str) -> str:
    """`text` on one line, without emphasis and without what a person does not see; most has neither."""
    seen = text if text.isascii() and text.isprintable() else compiled(_UNSEEN).sub(" ", text)
    bare = compiled(_DECORATION).sub("", seen) if "*" in seen or "_" in seen else seen
    return " ".join(bare.split())


def _bare(text: str) -> str:
    """As long as `text`: what is matched against phrases."""
    masked = compiled(_CODE).sub(_letters, text) if "`" in text else text
    if not masked.isascii() or '"' in masked or "'" in masked:
        masked = compiled(_QUOTED).sub(_quoted_letters, masked).translate(_PLAIN)
    lower = masked.lower()
    return lower if len(lower) == len(masked) else masked


def _letters(match: re.Match[str]) -> str:
    return "x" * len(match.group())


def _quoted_letters(match: re.Match[str]) -> str:
    return match[0] if len(match[0]) < _SHORT_QUOTE else _letters(match)


def _unended(match: re.Match[str]) -> str:
    if len(match[0]) < _SHORT_QUOTE:
        return match[0]
    return f"{match[0][0]}{'x' * (len(match[0]) - 3)}{match[0][-2:]}"
