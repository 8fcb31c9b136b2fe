import pytest

from holdfast.inference.installed_memory import fits_into, installed_memory
from holdfast.inference.model_rank import in_order, is_good, parameters_of, why_best
from holdfast.inference.model_server import InstalledModel

GIB = 1 << 30


def model(name: str, gib: float, parameters: str = "") -> InstalledModel:
    return InstalledModel(name, "", "", parameters, "", int(gib * GIB), is_remote=False)


TINY = model("qwen2.5-coder:0.5b", 0.4, "494.03M")
SMALL = model("qwen2.5-coder:1.5b", 1.0, "1.5B")
MIDDLE = model("starcoder2:3b", 1.7, "3.0B")
LARGE = model("codestral:22b", 13.0, "22.2B")
UNSURE = model("devstral:24b", 0.1, "23.6B")
CHAT, EMBED = model("llama3.1:8b", 5.0, "8.0B"), model("nomic-embed-text", 0.3)


@pytest.mark.parametrize(
    ("models", "loaded", "memory", "names"),
    [
        pytest.param((LARGE, SMALL, MIDDLE), (), 64, [SMALL, MIDDLE, LARGE], id="the-smallest-first"),
        pytest.param((LARGE, SMALL), (LARGE,), 64, [LARGE, SMALL], id="what-is-loaded-before-it"),
        pytest.param((TINY, SMALL, MIDDLE), (), 64, [SMALL, MIDDLE, TINY], id="too-small-for-its-family-last"),
        pytest.param((UNSURE, LARGE), (), 64, [LARGE], id="none-of-which-nobody-says-that-it-fills"),
        pytest.param((LARGE, TINY), (), 16, [TINY, LARGE], id="what-fits-before-what-does-not"),
        pytest.param((TINY, LARGE), (), 64, [LARGE, TINY], id="and-then-what-is-good"),
        pytest.param((CHAT, EMBED, SMALL), (CHAT,), 64, [SMALL], id="nothing-without-a-known-name"),
    ],
)
def test_the_order(
    models: tuple[InstalledModel, ...], loaded: tuple[InstalledModel, ...], memory: int, names: list[InstalledModel]
) -> None:
    known, _ = in_order(models, {model.name for model in loaded}, memory * GIB)

    assert known == names


def test_strangers_are_kept_for_when_nothing_is_known_but_embedding_models_are_not() -> None:
    _, others = in_order((CHAT, EMBED, SMALL), (), 64 * GIB)

    assert others == [CHAT]


@pytest.mark.parametrize(
    ("text", "parameters"),
    [("1.5B", 1.5), ("494M", 0.494), ("7b", 7.0), ("", None), ("large", None), ("3.2 B", 3.2)],
)
def test_parameters_in_a_server_s_words(text: str, parameters: float | None) -> None:
    assert parameters_of(text) == parameters


def test_a_model_that_does_not_tell_its_size_is_not_held_small() -> None:
    assert [is_good(TINY), is_good(SMALL), is_good(model("qwen2.5-coder:mine", 1.0))] == [False, True, True]


def test_the_reason_names_what_decided() -> None:
    known = [SMALL, MIDDLE]

    assert why_best(SMALL, [SMALL], ()) == "the only one whose name promises it"
    assert why_best(SMALL, known, {SMALL.name}) == "loaded already"
    assert why_best(SMALL, known, ()) == "the smallest of good size that fits this machine"
    assert why_best(TINY, [TINY, TINY], ()) == "the largest there is"


def test_what_fits() -> None:
    assert [fits_into(6, 10), fits_into(7, 10), fits_into(7, None)] == [True, False, True]


def test_this_machine_has_some_memory() -> None:
    memory = installed_memory()

    assert memory is None or memory > GIB // 4
