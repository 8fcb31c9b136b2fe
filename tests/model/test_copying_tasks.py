"""The rows that a model is trained on say what they claim to, and hold no name that is kept for tests."""

import random
import re

import numpy as np

from model.copying_tasks import END, prompt_of, prompts, repeated_names, tokens_of
from model.made_up_project import is_held_out, made_up_project
from model.make_tiny_model import CONTROL_TOKENS, byte_vocabulary


def text_of(tokens: list[int]) -> str:
    return "".join(CONTROL_TOKENS[token - 256] if token >= 256 else chr(token) for token in tokens)


def test_a_token_is_a_byte_or_a_control_token() -> None:
    vocabulary = byte_vocabulary().tokens

    numbers = tokens_of("é<|fim_middle|>x")

    assert numbers == [0xC3, 0xA9, vocabulary.index("<|fim_middle|>"), ord("x")]


def test_what_counts_of_a_prompts_row_is_the_answers() -> None:
    rng = random.Random(1)
    tokens, counts = prompts(rng, 4, 320)
    rng = random.Random(1)
    project = made_up_project(rng, held_out=False)
    after = rng.choice(("", "\n"))

    first = text_of(tokens[0].tolist()).split(END)[0]
    in_full = text_of(tokens[0][counts[0] == 1].tolist())

    assert first == prompt_of(project, after) + project.rest
    assert in_full.split(END)[0] == project.rest
    assert in_full.count(END) == text_of(tokens[0].tolist()).count("<|fim_middle|>")


def test_the_wanted_name_stands_whole_in_the_prompt_once() -> None:
    for seed in range(30):
        project = made_up_project(random.Random(seed), held_out=False)

        prompt = prompt_of(project, "\n")

        assert prompt.count(project.before.rpartition(".")[2] + project.rest) == 1


def test_no_name_kept_for_tests_is_ever_seen_in_training() -> None:
    tokens, _ = prompts(random.Random(2), 60, 320)

    seen = re.findall(r"def (\w+)\([^)]*\):\n(?!    )", text_of(tokens.ravel().tolist()))

    assert len(seen) > 100
    assert [name for name in seen if is_held_out(name)] == []


def test_a_repeated_names_end_counts_in_full_where_it_came_before() -> None:
    tokens, counts = repeated_names(random.Random(3), 8, 96, hole_share=0.4)

    for row, count in zip(tokens, counts, strict=True):
        for end in np.flatnonzero(count == 1):
            begun = text_of(row[:end].tolist())
            assert text_of([int(row[end])]) in (*begun, END)
