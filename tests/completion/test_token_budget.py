"""Whatever the text, the family and the window: prompt and answer together never ask for more than there is."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cursor_notation import at
from holdfast.code_chunk import ContextBlock
from holdfast.completion.write_request import PromptWriter, Shares, context_budget
from holdfast.inference.control_tokens import MARK
from holdfast.inference.families.family import ModelFamily
from holdfast.inference.families.qwen import QWEN_CODER
from holdfast.inference.families.starcoder import STARCODER
from holdfast.inference.families.table import CHAT, FAMILIES, SERVER_TEMPLATE
from holdfast.inference.model_choice import ChosenModel
from holdfast.inference.model_server import Finished, GenerateRequest
from holdfast.inference.token_estimate import TokenRatio, size_of, tokens_of
from holdfast.settings import Settings
from playing_server import KnownSource, build_writer

text = st.text(st.sampled_from("ab \n(漢\U0001f600"), max_size=20).map(lambda part: part * 400)
growing = st.sampled_from(["<s>", MARK, "[PREFIX]", "<|fim_middle|>\n", "\n"]).map(lambda part: part * 3000)
anything = st.one_of(text, growing)
families = st.sampled_from((*FAMILIES, SERVER_TEMPLATE, CHAT))
windows = st.builds(
    Settings, num_ctx=st.integers(1024, 8192), max_predict=st.integers(8, 2048), context_tokens=st.integers(0, 4000)
)


def tokens_asked(request: GenerateRequest, ratio: float) -> int:
    sent = (request.prompt, request.suffix or "", request.system or "")
    return sum(tokens_of(size_of(part), ratio) for part in sent) + request.num_predict


@settings(max_examples=150, deadline=None)
@given(
    families,
    anything,
    anything,
    windows,
    st.lists(st.tuples(st.text(max_size=300), anything), max_size=6),
    st.integers(0, 5),
    st.integers(0, 16_384),
)
def test_prompt_and_answer_fit_into_the_window(
    family: ModelFamily,
    before: str,
    after: str,
    chosen: Settings,
    others: list[tuple[str, str]],
    bytes_per_token: int,
    trained_for: int,
) -> None:
    blocks = tuple(ContextBlock(path or "p", (1, 1), "text", ("x",), 1, other) for path, other in others)
    ratio = TokenRatio()
    ratio.observe("m", "python", bytes_per_token * 1000, 1000)
    _, epochs = build_writer(chosen, KnownSource(blocks))
    writer = PromptWriter(chosen, epochs, ratio)
    trained_for = trained_for and max(1024, trained_for)
    model = ChosenModel("m", family, (), context_length=trained_for)

    place = at(f"{before}║{after}", path="app.py")
    written = asyncio.run(writer.write(place, model))

    assert tokens_asked(written.request, ratio.of("m", place.language)) <= min(
        chosen.num_ctx, trained_for or chosen.num_ctx
    )


def test_blocks_that_outgrow_their_part_are_left_out_from_the_last_on() -> None:
    chosen = Settings(num_ctx=1024, max_predict=64)
    short_lines = "a\n" * 200  # commented out line by line each costs twice as much again
    blocks = tuple(ContextBlock(f"{name}.py", (1, 200), "text", ("x",), 134, short_lines) for name in "abcd")
    writer, _ = build_writer(chosen, KnownSource(blocks))

    written = asyncio.run(writer.write(at("x = ║\n"), ChosenModel("m", STARCODER, ())))

    assert [block.path for block in written.blocks] == ["a.py", "b.py"]
    assert "# a.py\n# a\n# a\n" in written.prompt
    assert "c.py" not in written.prompt


def test_a_model_trained_for_less_than_the_window_gets_less() -> None:
    writer, _ = build_writer(Settings(num_ctx=16_384), KnownSource())
    long = "value = compute(first, second)\n" * 3000
    small = asyncio.run(writer.write(at(f"{long}║"), ChosenModel("m", QWEN_CODER, (), context_length=4096)))

    assert tokens_of(size_of(small.prompt)) + small.request.num_predict <= 4096
    assert small.request.num_ctx == 16_384, "one window for every request"


@pytest.mark.parametrize("bytes_per_token", [1.5, 2.2, 3.3, 5.0])
def test_a_server_that_counts_otherwise_is_never_asked_for_too_much_again(bytes_per_token: float) -> None:
    """Its tokenizer spends a steady number of bytes a token; too long a prompt it refuses, as Ollama does."""
    chosen = Settings(num_ctx=2048, max_predict=128)
    writer, _ = build_writer(chosen, KnownSource())
    whole = "value = compute(first, second)\n" * 150  # all of it fits, as far as can be known at first
    model = ChosenModel("m", QWEN_CODER, ())
    refusals, sizes = 0, []
    for key in range(20):
        written = asyncio.run(writer.write(at(f"{whole}{'x' * key}║"), model))
        counted = int(len(written.prompt) / bytes_per_token)
        if counted + written.request.num_predict > chosen.num_ctx:
            refusals += 1
            writer.refused(written)
        else:
            sizes.append(counted)
            writer.learn(written, Finished("stop", counted, 1, 1, 1, 0))

    assert refusals == {1.5: 1, 2.2: 1, 3.3: 0, 5.0: 0}[bytes_per_token]
    assert len(sizes) == 20 - refusals
    assert min(sizes[-3:]) >= 250, "and it is not starved either"


async def test_a_preview_tells_what_each_part_costs() -> None:
    block = ContextBlock("lib.py", (1, 1), "text", ("x",), 100, "a" * 300)
    writer, _ = build_writer(Settings(), KnownSource((block,)))
    preview = await writer.preview(at("b" * 30 + "║" + "c" * 60), ChosenModel("m", QWEN_CODER, ()))

    assert preview.shares == Shares(
        window=4096,
        context=tokens_of(size_of(preview.prompt.partition("<|file_sep|>shop/cart.py")[0])),
        before=10,
        after=20,
        answer=128,
    )
    assert preview.budget_tokens == context_budget(Settings())
    assert "shares" not in preview.as_json()
