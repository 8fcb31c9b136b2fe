import pytest

from holdfast.completion.reading_speed import ReadingSpeed


def test_only_what_the_server_did_not_hold_was_read() -> None:
    speed = ReadingSpeed()
    speed.answered("a" * 4000, 2.0)
    first = speed.characters_per_second
    speed.answered("a" * 4000 + "b" * 1000, 0.25)

    assert (first, speed.characters_per_second) == (2000.0, 3000.0)


def test_what_was_read_before_a_prompt_was_given_up_counts() -> None:
    speed = ReadingSpeed()
    speed.given_up(1.5)
    speed.answered("a" * 4000, 0.5)

    assert speed.characters_per_second == 2000.0


def test_a_few_characters_say_nothing() -> None:
    speed = ReadingSpeed()
    speed.answered("a" * 999, 1.0)

    assert (speed.characters_per_second, speed.suffix_characters()) == (None, None)


@pytest.mark.parametrize(
    ("characters_per_second", "size"),
    [(100, 128), (1500, 128), (6000, 256), (8000, 256), (11000, 512), (100_000, 4096)],
)
def test_a_faster_machine_is_sent_more_of_what_follows(characters_per_second: int, size: int) -> None:
    speed = ReadingSpeed()
    speed.answered("a" * characters_per_second * 10, 10.0)

    assert speed.suffix_characters() == size
