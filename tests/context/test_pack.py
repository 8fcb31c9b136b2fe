"""What is sent: within the budget, line for line as it stands, in an order that stays."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from found_lines import FILES, NAMES, NUMBERS, called, count, findings, line, lines_of, section, size, stands_at
from holdfast.code_chunk import CodeChunk
from holdfast.context.pack import pack
from holdfast.index.identifiers import identifiers_in
from holdfast.index.retrieval.findings import Findings
from holdfast.manifest.rank import RankedSection

places = st.tuples(st.sampled_from(list(FILES)), st.integers(1, 3 * len(NAMES)))
likelihoods = st.dictionaries(st.sampled_from(NAMES), st.floats(0, 1))


@st.composite
def any_findings(draw: st.DrawFn) -> Findings:
    lines = [line(*place) for place in draw(st.lists(places, max_size=25, unique=True))]
    imported = [called(line(*place), 0.1) for place in draw(st.lists(places, max_size=6, unique=True))]
    lines = [*lines, *imported]
    files = {found.path: found.file for found in (*lines, *imported)}
    path, first = draw(places)
    text = "\n".join(FILES[path][first - 1 : first + 4])
    alike = CodeChunk(path, "python", "method", "x", "x", "", first, first + text.count("\n"), text)
    return Findings(
        at_cursor=draw(likelihoods),
        in_file=draw(likelihoods),
        lines=tuple(lines),
        imported=tuple(imported),
        alike=alike if draw(st.booleans()) else None,
        files=files | {path: NUMBERS[path]},
    )


manifests = st.lists(st.integers(1, 400).map(lambda length: section(1, "m" * length)), max_size=5)


@given(manifests, any_findings(), st.integers(-100, 3_000))
def test_never_over_the_budget_headers_and_all(sections: list[RankedSection], found: Findings, budget: int) -> None:
    packed = pack(sections, found, budget, count)

    assert size(packed) <= max(0, budget)
    assert packed.tokens <= max(0, budget)
    assert [block.tokens for block in packed.blocks] == [count(block.text) for block in packed.blocks]
    assert sum(block.tokens for block in packed.manifest) <= max(0, budget) * 0.3


@given(manifests, manifests, any_findings(), any_findings(), st.integers(0, 3_000))
def test_what_was_packed_before_costs_nothing_over_the_budget(
    old: list[RankedSection], new: list[RankedSection], before: Findings, now: Findings, budget: int
) -> None:
    previous = pack(old, before, budget, count)

    assert size(pack(new, now, budget, count, previous)) <= budget


@given(any_findings(), st.integers(0, 3_000))
def test_every_line_stands_in_its_file_between_the_lines_the_block_names(found: Findings, budget: int) -> None:
    for block in pack((), found, budget, count).blocks:
        first, last = block.lines
        standing = FILES[block.path][first - 1 : last]
        shown = block.text.split("\n")
        assert (shown[0], shown[-1]) == (standing[0], standing[-1])
        rest = iter(standing)
        assert all(text in rest for text in shown)


@given(any_findings(), st.integers(0, 3_000))
def test_no_line_is_shown_twice(found: Findings, budget: int) -> None:
    shown = lines_of(pack((), replace(found, alike=None), budget, count).blocks)

    assert len(shown) == len(set(shown))


@given(manifests, any_findings(), st.integers(0, 3_000))
def test_packing_the_same_again_changes_nothing(sections: list[RankedSection], found: Findings, budget: int) -> None:
    before = pack(sections, found, budget, count)

    assert pack(sections, found, budget, count, before).blocks == before.blocks


@given(any_findings(), likelihoods, st.integers(0, 3_000))
def test_the_map_stays_byte_for_byte_while_its_files_stand(
    found: Findings, elsewhere: dict[str, float], budget: int
) -> None:
    before = pack((), found, budget, count)
    after = pack((), replace(found, at_cursor=elsewhere), budget, count, before)

    assert after.map == before.map
    assert after.blocks[: len(before.map)] == before.map


def test_the_manifest_comes_first_and_what_does_not_fit_is_told() -> None:
    sections = (section(1, "a" * 20), section(2, "b" * 500), section(3, "c"))
    found = findings([line("a.py", 1)], {"basket_open": 0.5})

    packed = pack(sections, found, 800, count)

    assert [block.path for block in packed.blocks] == ["CLAUDE.md", "a.py"]
    assert packed.manifest[0].text == "a" * 20 + "\n\nc"
    assert packed.manifest[0].lines == (1, 3)
    assert [(left.heading, left.tokens, left.why) for left in packed.left_out] == [
        ("Part 2", 500, "ranked 2 of 3: no room, 173 tokens were left")
    ]


def test_the_worthiest_sections_are_shown_in_the_order_in_which_they_stand() -> None:
    sections = tuple(section(number, f"{number}" * 60, worth) for number, worth in enumerate((1.0, 3.0, 2.0, 4.0), 1))

    packed = pack(sections, findings([], {}), 800, count)

    assert [block.text[0] for block in packed.manifest] == ["2"]
    assert packed.manifest[0].text == "2" * 60 + "\n\n" + "4" * 60


def test_what_was_chosen_stays_while_the_manifest_does_whatever_the_estimate_says() -> None:
    sections = tuple(section(number, f"{number}" * 60) for number in range(1, 5))
    before = pack(sections, findings([], {}), 800, count)
    roomier = pack(sections, findings([], {}), 1_600, count, before)
    tighter = pack(sections, findings([], {}), 500, count, before)
    changed = pack((*sections, section(5, "new")), findings([], {}), 1_600, count, before)

    assert roomier.manifest == before.manifest
    assert [block.text for block in tighter.manifest] == ["1" * 60]
    assert changed.manifest[0].text.endswith("new")


def test_a_declared_budget_for_the_manifest_is_kept() -> None:
    sections = tuple(section(number, f"{number}" * 60) for number in range(1, 9))

    costs = [
        sum(block.tokens for block in pack(sections, findings([], {}), 1_000, count, manifest_tokens=most).manifest)
        for most in (0, 200, 500, 5_000)
    ]

    assert costs[0] == 0
    assert costs == sorted(costs)
    assert 0 < costs[1] <= 200 < costs[2] <= 500
    assert costs[3] == 8 * 60 + 7 * 2


def test_the_lines_of_a_file_are_one_block_in_the_order_in_which_they_stand() -> None:
    lines = [line("a.py", 30), line("b.py", 5), line("a.py", 2)]
    found = findings(lines, dict.fromkeys(NAMES, 0.5))

    packed = pack((), found, 5_000, count)

    shown = {block.path: block for block in packed.map}
    assert len(shown) == len(packed.map)
    assert (shown["a.py"].lines, shown["a.py"].kind) == ((2, 30), "outline")
    assert shown["a.py"].text == f"{FILES['a.py'][1]}\n{FILES['a.py'][29]}"


def test_the_likeliest_names_are_in_the_map_and_the_unlikely_are_nowhere() -> None:
    likely, unlikely = line("a.py", 1), line("b.py", 28)
    found = findings([unlikely, likely], {"basket_open": 0.9})

    packed = pack((), found, 5_000, count)

    assert lines_of(packed.map) == [("a.py", likely.text)]
    assert packed.tail == ()


def test_definitions_of_imports_are_shown_as_they_are_likely_to_be_called() -> None:
    imported = called(stands_at("lib.py", "def pay(basket_open, cents):"), 0.1)
    found = findings([line("b.py", 28), imported], {"tide_open": 0.9}, imported=(imported,))

    packed = pack((), found, 5_000, count)

    assert ("lib.py", imported.text) in lines_of(packed.map)
    assert [block.found_by for block in packed.map if block.path == "lib.py"] == [("imported_definitions",)]


def test_of_more_imported_definitions_than_fit_the_likeliest_are_shown() -> None:
    imported = tuple(
        called(stands_at(f"lib{at:02}.py", f"def pay_{at:02}(cents):"), 0.5 - at / 200) for at in range(90)
    )

    shown = {path for path, _ in lines_of(pack((), findings(imported, {}, imported=imported), 1_500, count).blocks)}

    assert shown
    assert shown == {found.path for found in imported[: len(shown)]}


def test_a_block_says_who_found_its_likeliest_names() -> None:
    found = findings(
        [line("a.py", 1), line("b.py", 28)],
        {"basket_open": 0.9, "tide_open": 0.8},
        found_by={"basket_open": ("near_paths",), "tide_open": ("similar_files", "members_in_use")},
    )
    shown = {block.path: block.found_by for block in pack((), found, 5_000, count).map}

    assert shown == {"a.py": ("near_paths",), "b.py": ("similar_files", "members_in_use")}


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(lambda files: files | {"a.py": 99}, id="indexed-anew"),
        pytest.param(lambda files: {path: files[path] for path in files if path != "a.py"}, id="gone"),
    ],
)
def test_a_map_is_made_anew_when_a_file_that_it_shows_changed(
    changed: Callable[[Mapping[str, int]], Mapping[str, int]],
) -> None:
    likelihood = {"basket_open": 0.9, "tide_open": 0.8}
    before = pack((), findings([line("a.py", 1), line("b.py", 28)], likelihood), 5_000, count)
    files = changed({"a.py": NUMBERS["a.py"], "b.py": NUMBERS["b.py"]})
    moved = replace(line("a.py", 1), text="    def basket_open(self, newer):", file=99)
    lines = [found for found in (moved, line("b.py", 28)) if found.path in files]

    after = pack((), replace(findings(lines, likelihood), files=files), 5_000, count, before)

    assert "a.py" in before.files
    assert ("a.py", FILES["a.py"][0]) not in lines_of(after.blocks)
    assert (("a.py", moved.text) in lines_of(after.blocks)) is ("a.py" in files)


def test_what_stays_in_a_new_map_stands_where_it_stood() -> None:
    likelihood = dict.fromkeys(NAMES, 0.5)
    paths = [f"m{at}.py" for at in range(6)]
    lines = [stands_at(path, f"def {name}():") for path, name in zip(paths, NAMES, strict=False)]
    before = pack((), findings(lines, likelihood), 5_000, count)
    other = replace(lines[0], text="def basket_open(newer):", file=2)
    found = findings([other, *lines[1:]], {**likelihood, "tide_total": 0.9, NAMES[5]: 0.8})

    after = pack((), found, 5_000, count, before)

    kept = [block for block in before.map if block in after.map]
    assert len(kept) == 5
    assert [block for block in after.map if block in kept] == kept
    assert after.map[: len(kept)] == tuple(kept)


@pytest.fixture
def crowded() -> Findings:
    """More likely names than fit, so that the tail has to choose."""
    lines = [stands_at(f"m{at:03}.py", f"def wanted_{at:03}(argument_{at:03}):") for at in range(300)]
    in_file = {f"wanted_{at:03}": 0.5 for at in range(150)}
    return Findings(in_file=in_file, lines=tuple(lines), files={found.path: 1 for found in lines})


def at_cursor(found: Findings, *numbers: int, likelihood: float = 0.3) -> Findings:
    return replace(found, at_cursor={f"wanted_{at:03}": likelihood for at in numbers})


def test_the_tail_follows_the_cursor_and_the_map_does_not(crowded: Findings) -> None:
    before = pack((), at_cursor(crowded, *range(200, 210)), 3_000, count)
    after = pack((), at_cursor(crowded, *range(290, 300)), 3_000, count, before)

    assert before.map
    assert after.map == before.map
    assert {path for path, _ in lines_of(before.tail)} <= {f"m{at:03}.py" for at in range(200, 210)}
    assert {path for path, _ in lines_of(after.tail)} <= {f"m{at:03}.py" for at in range(290, 300)}
    assert before.tail
    assert after.tail


def test_a_tail_that_would_show_hardly_likelier_names_is_not_taken(crowded: Findings) -> None:
    before = pack((), at_cursor(crowded, *range(200, 210), likelihood=0.0001), 3_000, count)
    after = pack((), at_cursor(crowded, *range(290, 300), likelihood=0.0001), 3_000, count, before)

    assert before.tail
    assert after.blocks == before.blocks


def test_a_new_import_whose_definition_is_missing_renews_the_tail(crowded: Findings) -> None:
    quiet = at_cursor(crowded, *range(200, 210), likelihood=0.0001)
    before = pack((), quiet, 3_000, count)
    imported = called(stands_at("lib.py", "def pay(cents):"), 0.1)
    found = replace(quiet, lines=(*quiet.lines, imported), imported=(imported,), files={**quiet.files, "lib.py": 1})

    after = pack((), found, 3_000, count, before)
    again = pack((), found, 3_000, count, after)

    assert after.map == before.map
    assert ("lib.py", imported.text) in lines_of(after.tail)
    assert again.blocks == after.blocks


def test_a_longer_manifest_takes_its_room_from_the_code(crowded: Findings) -> None:
    before = pack((section(1, "Be brief."),), crowded, 3_000, count)
    after = pack((section(1, "Be very brief. " * 40),), crowded, 3_000, count, before)

    assert size(before) <= 3_000
    assert size(after) <= 3_000
    assert after.manifest[0].text == "Be very brief. " * 40
    assert len(after.map) < len(before.map)


def test_code_that_is_alike_is_shown_as_it_stands_if_it_fits() -> None:
    text = "def pay(basket):\n    total = basket.sum()\n    return total"
    alike = CodeChunk("pay.py", "python", "function", "pay", "pay", "def pay(basket):", 4, 6, text)

    packed = pack((), findings([], {}, alike=alike), 5_000, count)
    small = pack((), findings([], {}, alike=alike), 200, count)

    assert [(block.lines, block.kind, block.found_by, block.text) for block in packed.tail] == [
        ((4, 6), "function", ("resembling_code",), text)
    ]
    assert small.blocks == ()


def test_names_that_the_alike_code_shows_are_not_shown_again() -> None:
    text = FILES["a.py"][0]
    alike = CodeChunk("a.py", "python", "method", "x", "x", "", 1, 1, text)
    elsewhere = line("b.py", 1)
    found = replace(findings([elsewhere], {}, alike=alike), at_cursor=dict.fromkeys(identifiers_in(text), 0.5))
    shown = {name for _, one in lines_of(pack((), found, 5_000, count).tail) for name in identifiers_in(one)}

    assert set(identifiers_in(text)) <= shown
    assert elsewhere.names & found.at_cursor.keys() <= shown


def test_without_a_budget_there_is_nothing() -> None:
    found = findings([line("a.py", 1)], {"basket_open": 1.0}, imported=(line("b.py", 1),))

    packed = pack((section(1, "a"),), found, 0, count)

    assert (packed.blocks, packed.tokens, packed.files) == ((), 0, {})
    assert [left.heading for left in packed.left_out] == ["Part 1"]
