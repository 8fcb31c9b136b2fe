"""From what was found to what is sent: under the budget, nothing twice, in an order that stays.

The manifest comes first, then session memory, then the *map*, then the *tail*. Which sections of the manifest are shown is chosen when a file is
first worked on and stays while the manifest does: it stands before all else, and so does memory (`remember.py`). The map shows what the current file as a whole is likely to need:
the definitions of what it imports and calls, and the lines that show the most likely names. It stays as it is while the file is worked
on. The tail, about a quarter of the code, follows the cursor. So a cursor that moves costs the server the tail, not the map.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from holdfast.code_chunk import CodeChunk, ContextBlock
from holdfast.context.cover import CALL_WORTH, cover
from holdfast.context.remember import Recollection
from holdfast.index.identifiers import identifiers_in
from holdfast.index.retrieval.findings import Findings, FoundLine
from holdfast.manifest.choose import LeftOut, choose
from holdfast.manifest.rank import RankedSection
from holdfast.manifest.section import ManifestSection

CountTokens = Callable[[str], int]

MANIFEST_SHARE: Final = 0.3
"""Of the budget, for the manifest, where no other number was declared."""
CODE_SHARE: Final = 0.5
"""Of the budget, kept for code: session memory never takes of that."""
_MAP_SHARE: Final = 0.75
_ALIKE_SHARE: Final = 0.5
_FILE_MARK_BYTES: Final = 14
_REPOSITORY_BYTES: Final = 80
_WORTH_A_NEW_TAIL: Final = 0.02
_SAMPLE: Final = "x" * 3_000
_IMPORTED: Final = "imported_definitions"
_ALIKE: Final = "resembling_code"


@dataclass(frozen=True, slots=True)
class NotShown:
    """A section of a manifest that the budget had no room for, and why."""

    path: str
    heading: str
    lines: tuple[int, int]
    tokens: int
    why: str


@dataclass(frozen=True, slots=True)
class Packed:
    """What precedes the current file, in prompt order; `files` are the numbers of the files it was taken from.

    `ranked` are the manifest's sections that `manifest` was chosen from, `left_out` those of them that are not in it.
    `memory` has at most one block, that of `recollection` where there was room for it.
    """

    manifest: tuple[ContextBlock, ...] = ()
    memory: tuple[ContextBlock, ...] = ()
    map: tuple[ContextBlock, ...] = ()
    tail: tuple[ContextBlock, ...] = ()
    tokens: int = 0
    files: Mapping[str, int] = field(default_factory=dict)
    ranked: tuple[RankedSection, ...] = ()
    left_out: tuple[NotShown, ...] = ()
    recollection: Recollection | None = None

    @property
    def blocks(self) -> tuple[ContextBlock, ...]:
        """All of it."""
        return (*self.manifest, *self.memory, *self.map, *self.tail)


def pack(
    sections: Sequence[RankedSection],
    findings: Findings,
    budget_tokens: int,
    count_tokens: CountTokens,
    previous: Packed | None = None,
    *,
    manifest_tokens: int | None = None,
    recollection: Recollection | None = None,
) -> Packed:
    """Choose what to show for `budget_tokens`, of them at most `manifest_tokens` (None: three tenths) for `sections`.

    Of `recollection` the block is shown where half of the budget stays free for code.

    What `previous` had is kept while it still serves: its map while it stands in the same files, its tail until another
    one would show clearly likelier names.
    """
    room = budget_tokens * len(_SAMPLE) // max(1, count_tokens(_SAMPLE)) - _REPOSITORY_BYTES
    counter = _Counter(count_tokens)
    share = MANIFEST_SHARE if manifest_tokens is None else min(1.0, manifest_tokens / max(1, budget_tokens))
    manifest, left_out = _pack_manifest(tuple(sections), int(room * share), counter, previous)
    memory = _pack_memory(recollection, room, counter)
    code = max(0, room - counter.spent)
    head = (*manifest, *memory)
    kept = previous if previous is not None and _serves(previous, head, findings, room) else None
    if kept is not None:
        packed_map = kept.map
        counter.add(packed_map)
    else:
        packed_map = _in_stable_order(_pack_map(findings, int(code * _MAP_SHARE), counter), previous)
    tail = _pack_tail(findings, packed_map, max(0, room - counter.spent), counter)
    if kept is not None and not _is_better(tail, kept.tail, packed_map, findings):
        tail = kept.tail
    blocks = (*head, *packed_map, *tail)
    tokens = sum(block.tokens + count_tokens(_header(block.path)) for block in blocks)
    numbers = dict(findings.files) | {line.path: line.file for line in findings.lines}
    files = {block.path: numbers[block.path] for block in (*packed_map, *tail) if block.path in numbers}
    return Packed(manifest, memory, packed_map, tail, tokens, files, tuple(sections), left_out, recollection)


def _header(path: str) -> str:
    """As long as the line with a block's path, and the line end after its text."""
    return "x" * _FILE_MARK_BYTES + path


class _Counter:
    """What has been spent, in UTF-8 bytes with headers."""

    def __init__(self, count_tokens: CountTokens) -> None:
        self.spent = 0
        self.count_tokens = count_tokens

    def add(self, blocks: Iterable[ContextBlock]) -> None:
        self.spent += sum(_bytes(block.text) + _bytes(_header(block.path)) for block in blocks)

    def block(self, path: str, lines: tuple[int, int], kind: str, found_by: tuple[str, ...], text: str) -> ContextBlock:
        """A block, paid for."""
        block = ContextBlock(path, lines, kind, found_by, self.count_tokens(text), text)
        self.add([block])
        return block


def _pack_manifest(
    sections: tuple[RankedSection, ...], limit: int, counter: _Counter, previous: Packed | None
) -> tuple[tuple[ContextBlock, ...], tuple[NotShown, ...]]:
    """One block for each manifest file with sections that fit; those of `previous` while they are chosen from the same."""
    if previous is not None and previous.ranked == sections and previous.manifest:
        kept = _Counter(counter.count_tokens)
        kept.add(previous.manifest)
        if kept.spent <= limit:
            counter.add(previous.manifest)
            return previous.manifest, previous.left_out
    choice = choose(sections, limit, _section_cost)
    by_path: dict[str, list[ManifestSection]] = {}
    for section in choice.shown:
        by_path.setdefault(section.path, []).append(section)
    blocks = []
    for path, shown in by_path.items():
        lines = (shown[0].first_line, shown[-1].last_line)
        text = "\n\n".join(section.text for section in shown)
        blocks.append(counter.block(path, lines, "manifest", ("manifest",), text))
    return tuple(blocks), tuple(
        _not_shown(left_out, len(sections), counter.count_tokens) for left_out in choice.left_out
    )


def _pack_memory(recollection: Recollection | None, room: int, counter: _Counter) -> tuple[ContextBlock, ...]:
    block = recollection.block if recollection is not None else None
    if block is None or counter.spent + _bytes(block.text) + _bytes(_header(block.path)) > room * (1 - CODE_SHARE):
        return ()
    counter.add([block])
    return (block,)


def _section_cost(section: ManifestSection) -> int:
    """As a block of its own; beside others of its file it costs no more."""
    return _bytes(section.text) + _bytes(_header(section.path))


def _not_shown(left_out: LeftOut, of: int, count_tokens: CountTokens) -> NotShown:
    section = left_out.section
    room = count_tokens("x" * left_out.left)
    why = f"cut short, {room} tokens were left" if left_out.is_cut else f"no room, {room} tokens were left"
    lines = (section.first_line, section.last_line)
    ranked = f"ranked {left_out.place} of {of}"
    return NotShown(section.path, section.heading, lines, count_tokens(section.text), f"{ranked}: {why}")


def _pack_map(findings: Findings, room: int, counter: _Counter) -> tuple[ContextBlock, ...]:
    return _blocks(cover(findings.lines, findings.in_file, room, _cost, set()), findings, counter)


def _pack_tail(
    findings: Findings, packed_map: Sequence[ContextBlock], room: int, counter: _Counter
) -> tuple[ContextBlock, ...]:
    blocks: list[ContextBlock] = []
    shown = {name for block in packed_map for name in identifiers_in(block.text)}
    lines_shown = _lines_of(packed_map)
    alike = _alike_block(findings.alike, int(room * _ALIKE_SHARE), counter)
    if alike is not None:
        blocks.append(alike)
        shown.update(identifiers_in(alike.text))
        room -= _bytes(alike.text) + _bytes(_header(alike.path))
        lines_shown |= _lines_of([alike])
    missing = [line for line in findings.lines if (line.path, line.text) not in lines_shown]
    return (*blocks, *_blocks(cover(missing, findings.at_cursor, room, _cost, shown), findings, counter))


def _lines_of(blocks: Iterable[ContextBlock]) -> set[tuple[str, str]]:
    return {(block.path, line) for block in blocks for line in block.text.split("\n")}


def _alike_block(chunk: CodeChunk | None, room: int, counter: _Counter) -> ContextBlock | None:
    if chunk is None or _bytes(chunk.text) + _bytes(_header(chunk.path)) > room:
        return None
    return counter.block(chunk.path, (chunk.first_line, chunk.last_line), chunk.kind, (_ALIKE,), chunk.text)


def _blocks(chosen: Sequence[FoundLine], findings: Findings, counter: _Counter) -> tuple[ContextBlock, ...]:
    """One block for each file, its lines in the order in which they stand there; the likeliest file last."""
    by_path: dict[str, dict[int, FoundLine]] = {}
    for line in chosen:
        by_path.setdefault(line.path, {})[line.line] = line
    blocks = []
    for path, lines in reversed(by_path.items()):
        numbers = sorted(lines)
        found_by = dict.fromkeys(source for number in numbers for source in _found_by(lines[number], findings))
        text = "\n".join(lines[number].text for number in numbers)
        blocks.append(counter.block(path, (numbers[0], numbers[-1]), "outline", tuple(found_by), text))
    return tuple(blocks)


def _found_by(line: FoundLine, findings: Findings) -> Sequence[str]:
    if line.called:
        return (_IMPORTED,)
    likely = max(line.names, key=lambda name: (findings.at_cursor.get(name, 0.0), name))
    return findings.found_by.get(likely, ())


def _in_stable_order(blocks: tuple[ContextBlock, ...], previous: Packed | None) -> tuple[ContextBlock, ...]:
    places = {(block.path, block.text): place for place, block in enumerate(previous.blocks if previous else ())}
    return tuple(sorted(blocks, key=lambda block: places.get((block.path, block.text), len(places))))


def _serves(previous: Packed, head: tuple[ContextBlock, ...], findings: Findings, room: int) -> bool:
    """Whether `previous` can stay: it still fits, under the same manifest and memory, and its files are as they were."""
    if not previous.map or (*previous.manifest, *previous.memory) != head:
        return False
    if sum(_bytes(block.text) + _bytes(_header(block.path)) for block in previous.blocks) > room:
        return False
    return all(findings.files.get(path) == number for path, number in previous.files.items())


def _is_better(
    new: Sequence[ContextBlock], old: Sequence[ContextBlock], packed_map: Sequence[ContextBlock], findings: Findings
) -> bool:
    """Whether a new tail is worth that the server reads it and the file after it again."""
    shown = {name for block in packed_map for name in identifiers_in(block.text)}
    return _worth(new, findings, shown) - _worth(old, findings, shown) > _WORTH_A_NEW_TAIL


def _worth(blocks: Sequence[ContextBlock], findings: Findings, shown: set[str]) -> float:
    names = {name for block in blocks for name in identifiers_in(block.text)} - shown
    lines = _lines_of(blocks)
    calls = sum(line.called for line in findings.imported if (line.path, line.text) in lines)
    return CALL_WORTH * calls + sum(findings.at_cursor.get(name, 0.0) for name in names)


def _cost(line: FoundLine, is_first: bool) -> int:  # noqa: FBT001 - the signature of cover.CostOf
    return _bytes(line.text) + 1 + (_bytes(_header(line.path)) if is_first else 0)


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
