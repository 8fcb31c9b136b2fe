from families_table import PAGE, region, table


def test_the_page_has_the_table_as_it_is() -> None:
    assert region(PAGE.read_text("utf-8")) == table(), "run tests/families_table.py --write"
