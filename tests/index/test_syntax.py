"""What parsing costs, and what it must not."""

import tracemalloc

from holdfast.index.languages import grammar_of
from holdfast.index.syntax import matches, parse, text_of, whole_query


def test_a_parse_keeps_nothing_of_its_source() -> None:
    grammar = grammar_of("python")
    assert grammar is not None
    source = b"def f(a):\n    return a\n" * 2000
    parse(grammar, source)
    tracemalloc.start()
    for number in range(40):
        parse(grammar, source + b"# %d\n" % number)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert kept < 2 * len(source)


def test_the_tree_of_an_earlier_parse_has_the_texts_of_its_own_source() -> None:
    grammar = grammar_of("python")
    assert grammar is not None
    first, second = b"def one():\n    pass\n", b"def other_name():\n    pass\n"
    tree = parse(grammar, first)
    parse(grammar, second)
    assert tree is not None
    found = matches(whole_query(grammar), tree, first)

    assert {text_of(node, first) for _, captures in found for node in captures.get("name", [])} == {"one"}
