"""What `holdfast manifest check` reports, and what it leaves alone: only what it can prove is stale."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from holdfast.manifest.project_facts.gather import gather_facts
from holdfast.manifest.writing.checks.check import check_manifest
from holdfast.manifest.writing.compose import propose
from small_repository import tree_of

FILES: Mapping[str, str] = {
    "Makefile": "test: build\nbuild:\n",
    "justfile": "lint:\n",
    "package.json": '{"scripts": {"build": "x"}, "engines": {"node": ">=20"}}',
    "composer.json": '{"scripts": {"fix": "x"}}',
    "web/package.json": '{"scripts": {"dev": "x"}}',
    "pyproject.toml": '[project]\nname = "shop"\nrequires-python = ">=3.11"\n',
    "src/shop/cart.py": "",
    "docs/design.md": "",
    "tool.sh": "",
}


def found(tmp_path: Path, text: str, files: Mapping[str, str] = FILES) -> list[str]:
    """`line kind: message` of what is stale."""
    tree = tree_of(tmp_path, files)
    checked = check_manifest(
        "CLAUDE.md", text.encode(), tree, gather_facts(tree), lambda path, _: path.startswith("build/")
    )
    return [f"{each.line} {each.kind}: {each.message}" for each in checked.findings if each.is_stale]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("`make tset`", ["1 command: `make tset`: there is no target of the Makefile named tset."]),
        ("\n- first `make build && make gone`", ["2 command: `make gone`: there is no target of the Makefile named gone."]),
        ("```sh\n$ make gone  # why\n```", ["2 command: `make gone`: there is no target of the Makefile named gone."]),
        ("```\nX=1 sudo make gone\n```", ["2 command: `make gone`: there is no target of the Makefile named gone."]),
        ("`cd src && make gone`", ["1 command: `make gone`: there is no target of the Makefile named gone."]),
        ("`cd /tmp`\n# Here\n`make gone`", ["3 command: `make gone`: there is no target of the Makefile named gone."]),
        ("`cd /tmp/x && make gone` then `make gone`", ["1 command: `make gone`: there is no target of the Makefile named gone."]),
        ("`cd gone && make test`\n`make gone`", ["1 command: `cd gone`: gone is not there.", "2 command: `make gone`: there is no target of the Makefile named gone."]),
        ("```\ncd src/gone\nmake gone\n```", ["2 command: `cd src/gone`: src/gone is not there."]),
        ("`just gone`", ["1 command: `just gone`: there is no recipe of the justfile named gone."]),
        ("`npm run gone -- --x`", ["1 command: `npm run gone -- --x`: no package.json has a script named gone."]),
        ("`pnpm test`", ["1 command: `pnpm test`: no package.json has a script named test."]),
        ("`composer run gone`", ["1 command: `composer run gone`: no composer.json has a script named gone."]),
        ("`python src/shop/gone.py`", ["1 command: `python src/shop/gone.py`: src/shop/gone.py is not there."]),
        ("`./src/gone.sh --now`", ["1 command: `./src/gone.sh --now`: src/gone.sh is not there."]),
        ("`pytest src/gone.py::test_x -q`", ["1 command: `pytest src/gone.py::test_x -q`: src/gone.py is not there."]),
        ("`src/shop/gone.py`", ["1 path: src/shop/gone.py is not there."]),
        ("`src/shop/gone.py:12`", ["1 path: src/shop/gone.py is not there."]),
        ("`shop/gone.py`", ["1 path: shop/gone.py is not there."]),
        ("`src/gone/`", ["1 path: src/gone is not there."]),
        ("- `src/gone`: the shop", ["1 path: src/gone is not there."]),
        ("- `gone/`: the shop", ["1 path: gone is not there."]),
        ("see @docs/gone.md.", ["1 import: @docs/gone.md imports a file that is not there."]),
        ("- Python 3.9", ["1 version: Python 3.9 is named, and pyproject.toml says >=3.11."]),
        ("- Node.js v18.2: yes", ["1 version: Node.js 18.2 is named, and package.json says >=20."]),
        ("<!-- holdfast:stack -->\nold\n<!-- /holdfast:stack -->", ["1 region: The marked region is out of date (stack: 4 lines added, 1 removed)."]),
        ("a\n<!-- holdfast:stack -->", ["1 marks: Line 2: <!-- holdfast:stack --> is never closed."]),
    ],
)  # fmt: skip
def test_what_no_longer_exists_is_reported_with_its_line(tmp_path: Path, text: str, expected: list[str]) -> None:
    assert found(tmp_path, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "`make test`, `make`, `make -j4 build`, `make CC=clang test`",
        "`git clone https://x.org/shop2 && cd shop2 && make gone`, `cd shop2`, `cd build && make gone`, `cd $X && make gone`",
        "`make -C web gone`, `make TARGET`, `make <target>`, `make $X`, `make test-*`",
        "`npm run build`, `npm run dev`, `cd web && npm run dev`, `npm ci`, `npm run build -w web`, `npm --prefix x run gone`",
        "`yarn gone`, `npx gone`, `npm run <script>`",
        "`src/shop/cart.py`, `shop/cart.py`, `cart.py`, `./tool.sh`, `src/shop`, `src/`",
        "`src/**/*.py`, `src/{a,b}.py`, `src/<name>.py`, `src/$X.py`, `~/x/y.py`, `/etc/hosts.txt`, `../x/y.py`",
        "`application/json`, `origin/main`, `and/or`, `text/x.py`, `example.com/a.html`, `https://x.org/src/gone.py`",
        "`path/to/file.py`, `your/file.py`, `src/foo.py`, `src/example.py`, `DIR/file.py`, `src/shop/NAME.py`",
        "`build/out.js`, `build/`, `gone/`",
        "- `dist/`: what is built",
        "`self.cart.py()`, `a/b c.py`, `gone.py`, `index.db`",
        "src/shop/gone.py in prose, and make gone too",
        "```python\nmake gone\n```",
        "```\nsrc/gone/\n  gone.py\n```",
        "<!-- `make gone` `src/gone.py` -->\n<!--\n`make gone`\n-->",
        "@octocat wrote to a@b.py about @scope/package, `@docs/gone.md`",
        "- Python 3.11\n- Python >= 3.11.4\n- Python 3\n- Go 1.0\n- Node 20",
        "- Python 3.13-only features\nPython 2.7 is history",
        "<!-- holdfast:later -->\nx\n<!-- /holdfast:later -->",
        "```\ncd /tmp/app && make gone\n```\nthen `make gone`",
        "`make" + " gone" * 2_000 + "`",
        "``` `\n`unclosed",
    ],
)
def test_what_cannot_be_proven_is_left_alone(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, text) == []


@pytest.mark.parametrize(
    "makefile",
    ["include other.mk\n", "%.o: %.c\n", "$(TARGETS): x\n", "$(eval $(call rule,x))\n"],
    ids=["includes", "patterns", "computed", "evaluated"],
)
def test_a_makefile_that_may_have_more_targets_is_not_judged(tmp_path: Path, makefile: str) -> None:
    assert found(tmp_path, "`make gone`", {"Makefile": makefile}) == []


def test_without_the_file_a_command_may_be_meant_for_elsewhere(tmp_path: Path) -> None:
    assert found(tmp_path, "`make gone` `npm run gone` `just gone` `composer run gone`", {"a.py": ""}) == []


def test_imports_are_looked_for_beside_the_manifest(tmp_path: Path) -> None:
    tree = tree_of(tmp_path, {".claude/CLAUDE.md": "", "docs/a.md": "", ".claude/b.md": ""})
    checked = check_manifest(".claude/CLAUDE.md", b"@docs/a.md @b.md", tree, gather_facts(tree), lambda *_: False)

    assert [finding.message for finding in checked.findings] == ["@docs/a.md imports a file that is not there."]


def test_a_manifest_that_was_just_written_has_nothing_stale(tmp_path: Path) -> None:
    tree = tree_of(tmp_path, FILES)
    facts = gather_facts(tree)
    checked = check_manifest("CLAUDE.md", propose("CLAUDE.md", None, facts).after, tree, facts, lambda *_: False)

    assert checked.findings == ()


def test_a_long_file_is_advice_and_not_stale(tmp_path: Path) -> None:
    tree = tree_of(tmp_path, {})
    checked = check_manifest("CLAUDE.md", b"x\n" * 250, tree, gather_facts(tree), lambda *_: False)

    assert [(finding.line, finding.kind, finding.is_stale) for finding in checked.findings] == [(200, "length", False)]
    assert (
        checked.findings[0].message
        == "The file has 250 lines; under 200 is advised, as all of them are sent each time."
    )
    assert not checked.is_stale
