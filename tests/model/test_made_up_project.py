"""The projects that a model is trained on and tested with: asked-for names are nowhere but in another file."""

import random
from itertools import combinations

import pytest

from model.made_up_project import TYPED, is_held_out, made_up_name, made_up_project

SEEDS = range(50)


def test_one_seed_is_one_project() -> None:
    first, second = (made_up_project(random.Random(3), held_out=True) for _ in range(2))

    assert first == second


@pytest.mark.parametrize("held_out", [True, False])
def test_names_are_for_tests_or_for_training_as_asked(held_out: bool) -> None:  # noqa: FBT001 - a parameter of the test
    rng = random.Random(1)

    assert {is_held_out(made_up_name(rng, held_out=held_out)) for _ in range(200)} == {held_out}


@pytest.mark.parametrize("seed", SEEDS)
def test_of_the_wanted_name_the_current_file_has_the_beginning_alone(seed: int) -> None:
    project = made_up_project(random.Random(seed), held_out=True)

    typed = project.before.rpartition(".")[2]
    named = [function.name for function in project.modules[project.module] if function.name.startswith(typed)]
    assert named == [typed + project.rest]
    assert min(TYPED) <= len(typed) <= max(TYPED)
    assert project.rest
    assert project.before.count(typed) == 1
    assert f"import {project.module}\n" in project.before
    assert project.caller not in project.modules


@pytest.mark.parametrize("seed", SEEDS)
def test_no_two_names_begin_alike(seed: int) -> None:
    project = made_up_project(random.Random(seed), held_out=False)

    names = [function.name for functions in project.modules.values() for function in functions]
    assert [pair for pair in combinations(names, 2) if pair[0][: min(TYPED)] == pair[1][: min(TYPED)]] == []


def test_a_module_is_python_that_defines_its_functions() -> None:
    project = made_up_project(random.Random(5), held_out=False)
    defined: dict[str, object] = {}

    exec(compile(project.text_of(project.module), "module.py", "exec"), defined)  # noqa: S102 - text made up above

    assert {function.name for function in project.modules[project.module]} <= defined.keys()
