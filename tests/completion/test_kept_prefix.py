"""What the server's prefix cache keeps of a prompt at each of 200 keys, in every family's order.

Prefix first: the suffix is read again at every key, so it is short. Suffix first: what was typed, and nothing else.
"""

import itertools

import pytest

from cursor_notation import at
from holdfast.code_chunk import ContextBlock
from holdfast.completion.write_request import SUFFIX_TOKENS, PromptWriter
from holdfast.cursor import Cursor
from holdfast.inference.families.family import ModelFamily
from holdfast.inference.families.table import CHAT, FAMILIES, HOLE, SERVER_TEMPLATE
from holdfast.inference.model_choice import ChosenModel
from holdfast.inference.model_server import Finished
from holdfast.inference.token_estimate import BYTES_PER_TOKEN
from holdfast.settings import Settings
from playing_server import KnownSource, build_writer

ABOVE = "".join(f"value_{number} = compute(first, second)\n" for number in range(60))
BELOW = "".join(f"other_{number} = compute(third)\n" for number in range(300))
TYPED = "".join(f"    total += prices[{number}]\n" for number in range(10))[:200]
BLOCKS = (ContextBlock("lib.py", (1, 1), "function", ("x",), 9, "def compute(first, second): ..."),)


def cursor(typed: str) -> Cursor:
    return at(f"{ABOVE}{typed}║\n{BELOW}")


async def prompts_of(family: ModelFamily, *, drift: float = 0.0) -> list[str]:
    """The prompts of 201 keys; with `drift` the server's counts make a token ever shorter or longer meanwhile."""
    source = KnownSource(BLOCKS)
    writer, _ = build_writer(Settings(), source)
    model = ChosenModel(family.name, family, ())
    prompts = []
    for end in range(len(TYPED) + 1):
        source.generation += 1
        written = await writer.write(cursor(TYPED[:end]), model)
        prompts.append(written.prompt)
        tokens = int(len(written.prompt) / (3.4 + drift * end / len(TYPED)))
        writer.learn(written, Finished("stop", tokens, 1, 1, 1, 0))
    return prompts


def read_anew(prompts: list[str]) -> list[int]:
    """Bytes of each prompt beyond what it shares with the one before."""
    return [len(after) - shared(before, after) for before, after in itertools.pairwise(prompts)]


def shared(before: str, after: str) -> int:
    """How far two prompts are the same; far cheaper than a look at every character."""
    low, high = 0, min(len(before), len(after))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if before[:middle] == after[:middle] else (low, middle - 1)
    return low


def orders(order: str) -> pytest.MarkDecorator:
    rows = [family for family in FAMILIES if family.order == order]
    return pytest.mark.parametrize("family", rows, ids=lambda family: family.name)


@orders("spm")
@pytest.mark.parametrize("drift", [0.0, 0.3, -0.3], ids=["steady", "longer-tokens", "shorter-tokens"])
async def test_suffix_first_reads_only_what_was_typed(family: ModelFamily, drift: float) -> None:
    prompts = await prompts_of(family, drift=drift)
    after_first_count = read_anew(prompts)[1:]  # the first answer replaces the guess of a token's size by its measure

    assert after_first_count == [1 + len(family.middle)] * (len(TYPED) - 1)
    assert len(prompts[0]) > 3 * SUFFIX_TOKENS, "what follows is there"


@orders("psm")
async def test_prefix_first_reads_what_was_typed_and_a_short_suffix(family: ModelFamily) -> None:
    prompts = await prompts_of(family)
    suffixes = [prompt.rpartition(family.suffix)[2].removesuffix(family.middle) for prompt in prompts]
    expected = [1 + len(family.suffix) + len(suffix) + len(family.middle) for suffix in suffixes[1:]]
    most = int(SUFFIX_TOKENS * 3.4)

    assert read_anew(prompts) == expected
    assert max(map(len, suffixes)) <= most
    assert min(map(len, suffixes)) > BYTES_PER_TOKEN * SUFFIX_TOKENS * 0.9


@pytest.mark.parametrize(("family", "mark"), [(SERVER_TEMPLATE, "\n⟨⟩\n"), (CHAT, HOLE)], ids=["server", "chat"])
async def test_where_the_server_puts_it_together_the_prefix_stays_too(family: ModelFamily, mark: str) -> None:
    prompts = [prompt.rpartition(mark) for prompt in await prompts_of(family)]

    for end, (before, _, after) in enumerate(prompts):
        assert before == prompts[0][0] + TYPED[:end]
        assert len(after) <= SUFFIX_TOKENS * 3.4


async def test_a_new_line_below_is_seen_at_once() -> None:
    writer, _ = build_writer(Settings(), KnownSource())
    codestral = next(family for family in FAMILIES if family.name == "codestral")
    model = ChosenModel("codestral", codestral, ())
    first = (await writer.write(at("a = ║\nb = 1\n"), model)).prompt
    then = (await writer.write(at("a = ║\nb = 2\n"), model)).prompt

    assert (first, then) == ("[SUFFIX]\nb = 1\n[PREFIX]a = ", "[SUFFIX]\nb = 2\n[PREFIX]a = ")


async def test_models_do_not_share_a_head() -> None:
    writer: PromptWriter
    writer, _ = build_writer(Settings(), KnownSource(BLOCKS))
    prompts = [(await writer.write(cursor(""), ChosenModel(row.name, row, ()))).prompt for row in FAMILIES]
    again = [(await writer.write(cursor(""), ChosenModel(row.name, row, ()))).prompt for row in FAMILIES]

    assert prompts == again


@pytest.mark.parametrize("lines", range(60, 300, 20))
async def test_the_window_begins_where_it_began_whether_or_not_something_follows(lines: int) -> None:
    """A prompt may be read ahead without what follows: the request after it finds all of it in the cache."""
    writer, _ = build_writer(Settings(), KnownSource())
    above = "".join(f"value_{number} = compute(first, second)\n" for number in range(lines))
    model = ChosenModel("m", FAMILIES[0], ())
    ahead = (await writer.write(at(f"{above}║"), model)).prompt
    asked = (await writer.write(at(f"{above}║{BELOW}"), model)).prompt

    assert asked.startswith(ahead.removesuffix("<|fim_middle|>"))
