"""What each family is sent, letter for letter, with another file and without."""

import pytest

from holdfast.code_chunk import ContextBlock
from holdfast.inference.families.family import ModelFamily
from holdfast.inference.families.table import CHAT, FAMILIES, HOLE, INSTRUCTION, SERVER_TEMPLATE
from holdfast.inference.file_window import FileWindow
from holdfast.inference.prompt import PromptText, write_head, write_text

OTHER = (ContextBlock("lib.py", (1, 2), "function", ("x",), 9, "def a():\n    ...\n"),)
WINDOW = FileWindow(0, "print(", ")\n")
BEGIN, FIM, END = "<\uff5cfim\u2581begin\uff5c>", "<\uff5cfim\u2581hole\uff5c>", "<\uff5cfim\u2581end\uff5c>"
COMMENTED = "# lib.py\n# def a():\n#     ...\n# app.py\n"
TITLED = "# lib.py\ndef a():\n    ...\n# app.py\n"

WITH_ANOTHER = {
    "qwen2.5-coder": "<|repo_name|>shop\n<|file_sep|>lib.py\ndef a():\n    ...\n<|file_sep|>app.py\n"
    "<|fim_prefix|>print(<|fim_suffix|>)\n<|fim_middle|>",
    "qwen3-coder": "<|repo_name|>shop\n<|file_sep|>lib.py\ndef a():\n    ...\n<|file_sep|>app.py\n"
    "<|fim_prefix|>print(<|fim_suffix|>)\n<|fim_middle|>",
    "codeqwen1.5": f"<fim_prefix>{COMMENTED}print(<fim_suffix>)\n<fim_middle>",
    "starcoder2": "<repo_name>shop\n<file_sep>lib.py\ndef a():\n    ...\n<file_sep><fim_prefix>app.py\nprint("
    "<fim_suffix>)\n<fim_middle>",
    "starcoder": f"<fim_prefix>{COMMENTED}print(<fim_suffix>)\n<fim_middle>",
    "deepseek-coder-v2": f"{BEGIN}{TITLED}print({FIM})\n{END}",
    "deepseek-coder": f"{BEGIN}{TITLED}print({FIM})\n{END}",
    "codellama": f"<PRE> <SUF>)\n <MID> {COMMENTED}print(",
    "codegemma": "# lib.py\ndef a():\n    ...\n<|file_separator|><|fim_prefix|># app.py\nprint(<|fim_suffix|>)\n"
    "<|fim_middle|>",
    "codestral": "[SUFFIX])\n[PREFIX]+++++ lib.py\ndef a():\n    ...\n\n+++++ app.py\nprint(",
    "devstral": "[SUFFIX])\n[PREFIX]+++++ lib.py\ndef a():\n    ...\n\n+++++ app.py\nprint(",
    "granite-code": f"<fim_prefix>{COMMENTED}print(<fim_suffix>)\n<fim_middle>",
    "granite4": f"<|fim_prefix|>{COMMENTED}print(<|fim_suffix|>)\n<|fim_middle|>",
    "stable-code": f"<fim_prefix>{COMMENTED}print(<fim_suffix>)\n<fim_middle>",
    "seed-coder": f"<[fim-suffix]>)\n<[fim-prefix]>{COMMENTED}print(<[fim-middle]>",
    "mellum": "<filename>lib.py\ndef a():\n    ...\n<filename>app.py\n<fim_suffix>)\n<fim_prefix>print(<fim_middle>",
    "refact": f"<fim_prefix>{COMMENTED}print(<fim_suffix>)\n<fim_middle>",
    "codegeex4": "<|user|>\n###REFERENCE:\n###PATH:lib.py\ndef a():\n    ...\n###PATH:app.py\n###LANGUAGE:python\n"
    "###MODE:BLOCK\n<|code_suffix|>)\n<|code_prefix|>print(<|code_middle|><|assistant|>\n",
}
ALONE = {
    "starcoder": "<fim_prefix>print(<fim_suffix>)\n<fim_middle>",
    "deepseek-coder": f"{BEGIN}print({FIM})\n{END}",
    "codellama": "<PRE> <SUF>)\n <MID> print(",
    "codegemma": "<|fim_prefix|>print(<|fim_suffix|>)\n<|fim_middle|>",
    "codestral": "[SUFFIX])\n[PREFIX]print(",
    "starcoder2": "<repo_name>shop\n<file_sep><fim_prefix>app.py\nprint(<fim_suffix>)\n<fim_middle>",
    "mellum": "<filename>app.py\n<fim_suffix>)\n<fim_prefix>print(<fim_middle>",
    "seed-coder": "<[fim-suffix]>)\n<[fim-prefix]>print(<[fim-middle]>",
}


def text(family: ModelFamily, blocks: tuple[ContextBlock, ...] = OTHER, window: FileWindow = WINDOW) -> PromptText:
    head = write_head(family, "shop", blocks, language="python")
    return write_text(family, head, "app.py", window, language="python")


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_with_another_file(family: ModelFamily) -> None:
    assert text(family) == PromptText(WITH_ANOTHER[family.name])


@pytest.mark.parametrize("family", [family for family in FAMILIES if family.name in ALONE], ids=lambda row: row.name)
def test_alone(family: ModelFamily) -> None:
    assert text(family, ()) == PromptText(ALONE[family.name])


def test_the_server_s_own_template_gets_both_parts() -> None:
    assert text(SERVER_TEMPLATE) == PromptText(f"{TITLED}print(", suffix=")\n")
    assert text(SERVER_TEMPLATE, ()) == PromptText("print(", suffix=")\n")


def test_the_end_of_a_file_is_no_empty_suffix() -> None:
    assert text(SERVER_TEMPLATE, (), FileWindow(0, "x", "")).suffix == "\n"


def test_a_model_that_converses_is_shown_the_hole() -> None:
    assert text(CHAT) == PromptText(f"{TITLED}print({HOLE})\n", system=INSTRUCTION)


def test_a_person_sees_all_parts() -> None:
    assert text(SERVER_TEMPLATE, ()).whole == "print(\n⟨⟩\n)\n"
    assert text(CHAT, ()).whole.startswith(INSTRUCTION)
    assert text(FAMILIES[0]).whole == text(FAMILIES[0]).prompt


@pytest.mark.parametrize(
    ("language", "line"),
    [
        *(("python", "# a"), ("typescript", "// a"), ("sql", "-- a"), ("html", "<!-- a -->"), ("css", "/* a */")),
        ("unheard-of", "// a"),
    ],
)
def test_comments_are_those_of_the_file_s_language(language: str, line: str) -> None:
    block = ContextBlock("b", (1, 1), "text", ("x",), 1, "a")
    starcoder = next(family for family in FAMILIES if family.name == "starcoder")

    assert write_head(starcoder, "shop", (block,), language=language).text.split("\n")[1] == line
