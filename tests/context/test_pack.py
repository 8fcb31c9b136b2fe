from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from holdfast.code_chunk import CodeChunk
from holdfast.context.pack import Packed, pack
from holdfast.manifest.read_manifest import ManifestSection


@dataclass(frozen=True, slots=True)
class Found:
    chunk: CodeChunk
    found_by: tuple[str, ...] = ("names",)


def chunk(path: str, first: int, lines: int, *, signature: str = "", text: str = "") -> Found:
    body = text or "\n".join(f"line {first + number}" for number in range(lines))
    return Found(CodeChunk(path, "python", "function", "f", "f", signature, first, first + lines - 1, body))


def section(number: int, text: str) -> ManifestSection:
    return ManifestSection("CLAUDE.md", f"Part {number}", number, number, text)


def count(text: str) -> int:
    return len(text)


def places(packed: Packed) -> list[tuple[str, tuple[int, int]]]:
    return [(block.path, block.lines) for block in packed.blocks]


found_chunks = st.lists(
    st.builds(
        lambda path, first, lines, signed: chunk(path, first, lines, signature=f"line {first}" if signed else ""),
        st.sampled_from(["a.py", "b.py"]),
        st.integers(1, 30),
        st.integers(1, 12),
        st.booleans(),
    ),
    max_size=12,
)
manifest_sections = st.lists(st.integers(1, 80).map(lambda size: section(1, "m" * size)), max_size=5)


@given(manifest_sections, found_chunks, st.integers(-100, 1200))
def test_never_over_budget_nothing_twice_and_the_manifest_within_its_share(
    sections: list[ManifestSection], found: list[Found], budget: int
) -> None:
    packed = pack(sections, found, budget, count)

    assert packed.tokens <= max(0, budget)
    assert sum(block.tokens for block in packed.blocks) <= packed.tokens
    shown = [
        (block.path, line) for block in packed.blocks for line in block.text.split("\n") if block.kind != "manifest"
    ]
    assert len(shown) == len(set(shown))
    assert sum(block.tokens for block in packed.blocks if block.kind == "manifest") <= max(0, budget) * 0.3
    assert [block.tokens for block in packed.blocks] == [count(block.text) for block in packed.blocks]


@given(found_chunks, found_chunks, st.integers(0, 1200))
def test_what_stays_stands_where_it_stood(first: list[Found], second: list[Found], budget: int) -> None:
    before = pack((), first, budget, count)
    after = pack((), second, budget, count, before.blocks)

    old = [block for block in before.blocks if block in after.blocks]
    assert list(after.blocks[: len(old)]) == old


def test_packing_the_same_again_changes_nothing() -> None:
    sections = (section(1, "Be brief."), section(2, "Use cents."))
    found = [chunk("a.py", 1, 3), chunk("b.py", 9, 2)]
    before = pack(sections, found, 500, count)

    assert pack(sections, reversed(found), 500, count, before.blocks) == before


def test_the_manifest_comes_first_and_ends_with_the_first_section_that_does_not_fit() -> None:
    sections = (section(1, "a" * 20), section(2, "b" * 500), section(3, "c"))

    packed = pack(sections, [chunk("a.py", 1, 1)], 200, count)

    assert places(packed) == [("CLAUDE.md", (1, 1)), ("a.py", (1, 1))]


def test_a_long_body_gives_way_to_its_signature() -> None:
    text = "\n".join(["def pay(", "    items):", *(f"    line {number}" for number in range(60))])

    packed = pack((), [chunk("a.py", 10, 62, signature="def pay(\n    items):", text=text)], 400, count)

    assert [(block.lines, block.text) for block in packed.blocks] == [((10, 11), "def pay(\n    items):")]


def test_a_signature_stands_below_its_decorators() -> None:
    text = "\n".join(["@cached", "@slow", "def pay(items):", *(f"    line {number}" for number in range(60))])

    packed = pack((), [chunk("a.py", 10, 63, signature="def pay(items):", text=text)], 400, count)

    assert places(packed) == [("a.py", (12, 12))]


def test_an_outline_says_how_far_its_class_goes_and_leaves_room_for_a_member() -> None:
    outline = chunk(
        "a.py", 1, 50, signature="class Cart:", text="class Cart:\n    def pay(self):\n    def close(self):"
    )
    member = chunk("a.py", 20, 3)

    packed = pack((), [outline, member], 900, count)

    assert places(packed) == [("a.py", (1, 50)), ("a.py", (20, 22))]


def test_what_does_not_fit_makes_room_for_what_does() -> None:
    packed = pack((), [chunk("a.py", 1, 90), chunk("b.py", 1, 1)], 100, count)

    assert places(packed) == [("b.py", (1, 1))]


def test_without_a_budget_there_is_nothing() -> None:
    assert pack((section(1, "a"),), [chunk("a.py", 1, 1)], 0, count) == Packed((), 0)
