"""Which sections are shown at a cursor, and that the cut is told."""

from hypothesis import given
from hypothesis import strategies as st

from holdfast.manifest.choose import Choice, choose
from holdfast.manifest.rank import RankedSection, Whereabouts, rank, words_of
from holdfast.manifest.section import ManifestSection, Scope


def section(heading: str, text: str, *, path: str = "CLAUDE.md", scope: Scope = "project") -> ManifestSection:
    body = f"# {heading}\n{text}" if heading else text
    return ManifestSection(path, heading, 1, 1 + body.count("\n"), body, scope)


SECTIONS = (
    section("Shop", "A web shop for tea."),
    section("Database", "Migrations are written by hand; run `alembic upgrade head`."),
    section("Python", "Type hints everywhere. Prefer `pathlib`."),
    section("Invoices", "Amounts are integers of cents, never floats; round half even."),
    section("Releases", "Tag on main; the changelog is written for users."),
)


def best(where: Whereabouts) -> str:
    ranked = [one for one in rank(SECTIONS, where) if not one.is_head]
    return max(ranked, key=lambda one: one.worth).section.heading


def test_the_path_the_language_and_the_names_near_the_cursor_decide() -> None:
    assert best(Whereabouts("shop/invoices/total.go", "go")) == "Invoices"
    assert best(Whereabouts("shop/tea.py", "python")) == "Python"
    assert best(Whereabouts("shop/tea.go", "go", "func roundHalfEven(amount_cents int) {", "}")) == "Invoices"
    assert best(Whereabouts("migrations/0001_tea.sql", "sql", "-- run alembic")) == "Database"


def test_a_rare_word_says_more_than_one_that_nearly_every_section_has() -> None:
    common = [section("", "python python python style") for _ in range(6)]
    rare = section("", "alembic")
    worths = [one.worth for one in rank([*common, rare], Whereabouts("x.sql", "", "python alembic"))]

    assert worths[-1] == max(worths) > worths[0]


def test_without_a_place_the_order_stands() -> None:
    worths = [one.worth for one in rank(SECTIONS, Whereabouts())]

    assert len(set(worths)) == 1


def test_what_was_written_nearer_to_the_file_is_worth_more() -> None:
    scopes: tuple[Scope, ...] = ("user", "import", "project", "local", "rules", "nested")
    ranked = rank([section("A", "Same words.", scope=scope) for scope in scopes], Whereabouts())

    assert [one.worth for one in ranked] == sorted(one.worth for one in ranked)
    assert ranked[0].worth < ranked[-1].worth


def test_the_beginning_of_the_projects_manifest_is_the_head_with_what_follows_a_bare_title() -> None:
    mine = section("Mine", "I like tabs.", path="~/.claude/CLAUDE.md", scope="user")
    title = ManifestSection("CLAUDE.md", "Shop", 1, 1, "# Shop")

    assert [one.is_head for one in rank([mine, *SECTIONS[:2]], Whereabouts())] == [False, True, False]
    assert [one.is_head for one in rank([mine, title, *SECTIONS[1:3]], Whereabouts())] == [False, True, True, False]
    assert [one.is_head for one in rank([mine], Whereabouts())] == [False]


def test_words_are_split_where_names_are() -> None:
    assert words_of("parseHTTPReply snake_case x2y Größe") == [
        "parse",
        "http",
        "reply",
        "snake",
        "case",
        "x",
        "y",
        "gr",
        "öß",
        "e",
    ]


def cost(one: ManifestSection) -> int:
    return len(one.text)


def test_a_head_that_is_too_long_is_cut_at_a_lines_end_and_told() -> None:
    long = RankedSection(section("Shop", "\n".join(f"line {number}" for number in range(20))), 1.0, is_head=True)
    choice = choose([long, RankedSection(section("", "x" * 90))], 60, cost)

    assert [one.text.split("\n")[-1] for one in choice.shown] == ["line 6"]
    assert [(one.last_line, cost(one) <= 60) for one in choice.shown] == [(8, True)]
    assert [(left.place, left.is_cut) for left in choice.left_out] == [(1, True), (2, False)]


def test_a_head_of_one_line_that_is_too_long_is_cut_between_words() -> None:
    long = RankedSection(ManifestSection("CLAUDE.md", "", 4, 4, "one two three"), 1.0, is_head=True)

    shown = {
        limit: [(one.text, one.first_line, one.last_line) for one in choose([long], limit, cost).shown]
        for limit in (2, 3, 12, 13)
    }
    assert shown == {
        2: [],
        3: [("one", 4, 4)],
        12: [("one two", 4, 4)],
        13: [("one two three", 4, 4)],
    }


ranked_sections = st.lists(
    st.builds(
        RankedSection,
        st.integers(1, 120).map(lambda length: section("", "m" * length)),
        st.floats(0, 9),
        st.booleans(),
    ),
    max_size=8,
)


@given(ranked_sections, st.integers(-5, 400))
def test_never_over_the_limit_in_order_and_nothing_lost_without_a_word(ranked: list[RankedSection], limit: int) -> None:
    choice = choose(ranked, limit, cost)

    assert sum(map(cost, choice.shown)) <= max(0, limit)
    order = [one.section for one in ranked]
    places = iter(order)
    assert all(one in places for one in choice.shown)
    assert len(choice.shown) + len(choice.left_out) == len(ranked)
    assert [left.place for left in choice.left_out] == sorted(left.place for left in choice.left_out)


def test_with_room_for_all_all_is_shown() -> None:
    ranked = rank(SECTIONS, Whereabouts("a.py", "python"))

    assert choose(ranked, 10_000, cost) == Choice(SECTIONS)
