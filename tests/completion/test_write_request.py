"""What is kept of the prompt from key to key: everything but what was typed, and what follows."""

import asyncio
from itertools import takewhile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cursor_notation import at
from holdfast.code_chunk import ContextBlock
from holdfast.completion.write_request import PromptWriter, WrittenPrompt, context_budget
from holdfast.cursor import Cursor
from holdfast.inference.families.qwen import QWEN_CODER
from holdfast.inference.model_choice import ChosenModel
from holdfast.inference.model_server import Finished
from holdfast.inference.token_estimate import BYTES_PER_TOKEN, TokenRatio, estimate_tokens
from holdfast.settings import Settings
from playing_server import KnownSource, build_writer

MODEL = ChosenModel("qwen2.5-coder", QWEN_CODER, ())
FILE = "".join(f"value_{number} = compute(first, second)\n" for number in range(700))
TYPED = "".join(f"    total += prices[{number}]\n" for number in range(10))[:200]


def blocks(*names: str) -> tuple[ContextBlock, ...]:
    return tuple(ContextBlock(f"{name}.py", (1, 1), "function", ("x",), 9, f"def {name}(): ...") for name in names)


def cursor(typed: str, path: str = "shop/cart.py", before: str = FILE) -> Cursor:
    return at(f"{before}{typed}║\nend()\n", path=path)


def kept_characters(before: str, after: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False)))


async def write(writer: PromptWriter, place: Cursor) -> WrittenPrompt:
    return await writer.write(place, MODEL)


@pytest.mark.parametrize("lines", range(600, 664, 8))
async def test_over_200_keys_nothing_before_the_typed_text_changes(lines: int) -> None:
    source = KnownSource(blocks("one", "two"))
    writer, epochs = build_writer(Settings(), source)
    file = "".join(FILE.splitlines(keepends=True)[:lines])
    before = (await write(writer, cursor("", before=file))).prompt
    kept = before[: before.index("<|fim_suffix|>")]
    for end in range(1, 201):
        source.generation += 1  # the index changes all the time
        prompt = (await write(writer, cursor(TYPED[:end], before=file))).prompt

        assert prompt.startswith(f"{kept}{TYPED[:end]}<|fim_suffix|>\nend()\n")
    assert len(source.gathered) == 1
    assert epochs.current(cursor(TYPED, before=file)) is not None


async def kept_share(source: KnownSource, first: Cursor, then: Cursor, *, pause: bool) -> float:
    """How much of the prompt before the typed text the server still has after `then`."""
    writer, epochs = build_writer(Settings(), source)
    before = (await write(writer, first)).prompt
    source.blocks, source.generation, source.manifest = blocks("one", "new"), 2, (7, 7)
    if pause:
        await epochs.renew(then)
    after = (await write(writer, then)).prompt
    return kept_characters(before, after) / before.index("<|fim_suffix|>")


@pytest.mark.parametrize(
    ("then", "pause", "least", "most"),
    [
        pytest.param(cursor("x"), False, 1.0, 1.1, id="a-key-with-a-changed-index"),
        pytest.param(cursor("x"), True, 0.0, 0.1, id="a-pause-with-a-changed-index"),
        pytest.param(cursor("x", path="shop/pay.py"), False, 0.0, 0.1, id="a-file-switch"),
        pytest.param(cursor("x", before=FILE[: len(FILE) // 2]), False, 0.0, 0.1, id="a-long-jump"),
    ],
)
async def test_what_makes_the_server_read_again(then: Cursor, *, pause: bool, least: float, most: float) -> None:
    share = await kept_share(KnownSource(blocks("one", "two")), cursor(""), then, pause=pause)

    assert least <= share <= most


async def test_a_pause_without_a_change_keeps_everything() -> None:
    source = KnownSource(blocks("one"))
    writer, epochs = build_writer(Settings(), source)
    before = (await write(writer, cursor(""))).prompt

    assert not await epochs.renew(cursor(""))
    assert (await write(writer, cursor(""))).prompt == before
    assert len(source.gathered) == 1


async def test_one_window_for_all_requests_and_the_family_s_stops() -> None:
    writer, _ = build_writer(Settings(num_ctx=2048, max_predict=99, keep_alive="5m"), KnownSource())
    typing = (await write(writer, cursor(""))).request
    priming = (await writer.write(cursor(""), MODEL, num_predict=1)).request

    assert (typing.num_ctx, typing.num_predict, priming.num_ctx, priming.num_predict) == (2048, 99, 2048, 1)
    assert (typing.stop, typing.keep_alive, typing.temperature) == (QWEN_CODER.stop, "5m", 0.0)


@pytest.mark.parametrize(("others", "is_kept"), [(15, True), (16, False)], ids=["among-the-latest", "no-more"])
async def test_anchors_are_kept_for_the_latest_documents_only(others: int, *, is_kept: bool) -> None:
    lines = FILE.splitlines(keepends=True)
    moved = cursor("", path="old.py", before="".join(lines[:664]))
    new, _ = build_writer(Settings(), KnownSource())
    writer, _ = build_writer(Settings(), KnownSource())
    for path in ("old.py", "a.py", "old.py", *(f"{number}.py" for number in range(others))):
        await write(writer, cursor("", path=path, before="".join(lines[:600])))

    prompt = (await write(writer, moved)).prompt

    assert (prompt == (await write(new, moved)).prompt) is not is_kept


text = st.text(st.sampled_from("ab \n(漢\U0001f600"), max_size=60).map(lambda part: part * 300)


@settings(max_examples=60, deadline=None)
@given(
    text,
    text,
    st.integers(1024, 8192),
    st.integers(8, 2048),
    st.integers(0, 4000),
    st.integers(0, 12),
    st.text(st.sampled_from("abc/"), min_size=1, max_size=120),
)
def test_a_prompt_and_its_answer_fit_into_the_window(
    before: str, after: str, num_ctx: int, max_predict: int, context_tokens: int, count: int, path: str
) -> None:
    chosen = Settings(num_ctx=num_ctx, max_predict=max_predict, context_tokens=context_tokens)
    room = max(0, context_budget(chosen)) // 30
    source = KnownSource(blocks(*(f"name_{number}" for number in range(min(count, room)))))
    writer, _ = build_writer(chosen, source)

    request = asyncio.run(write(writer, at(f"{before}║{after}", path=path))).request

    assert estimate_tokens(request.prompt) + request.num_predict <= num_ctx


async def test_the_window_is_used_up_and_never_exceeded() -> None:
    chosen = Settings(num_ctx=1024, max_predict=24, context_tokens=300)
    source = KnownSource(blocks(*(f"name_{number}" for number in range(20))))
    writer, _ = build_writer(chosen, source)
    below, sizes = "\ny = 1" * 200, []
    for size in range(0, 4000, 10):
        request = (await write(writer, at(f"{'x' * size}║{below}", path=f"{'deep/' * 20}{size}.py"))).request
        sizes.append(estimate_tokens(request.prompt) + request.num_predict)

    assert 1024 - 64 - 8 <= max(sizes) <= 1024 - 64, "what the server adds of its own has its room too"


async def test_the_server_s_own_count_widens_the_window() -> None:
    ratio = TokenRatio()
    _, epochs = build_writer(Settings(), KnownSource())
    writer = PromptWriter(Settings(), epochs, ratio)
    before = await write(writer, cursor(""))
    writer.learn(before, Finished("stop", len(before.prompt) * 2 // 11, 1, 1, 1, 0))
    after = await write(writer, cursor("", path="other.py"))

    assert ratio.bytes_per_token > BYTES_PER_TOKEN
    assert len(after.prompt) > len(before.prompt)


async def test_a_preview_counts_what_would_be_sent() -> None:
    source = KnownSource(blocks("one"))
    writer, _ = build_writer(Settings(), source)

    preview = await writer.preview(cursor("x"), MODEL)

    assert (preview.prompt, preview.blocks) == ((await write(writer, cursor("x"))).prompt, source.blocks)
    assert (preview.prompt_tokens, preview.budget_tokens) == (
        estimate_tokens(preview.prompt),
        context_budget(Settings()),
    )
