import json

import pytest

from holdfast.index.imports.import_roots import IMPORT_ROOT_FILES, ImportRoot, import_roots

Expected = list[tuple[str, str, str, str]]

ROOTS: dict[str, tuple[str, str, Expected]] = {
    "go module": ("svc/go.mod", "module example.com/m // why\n\ngo 1.22\n", [("go", "example.com/m", "svc", "")]),
    "go replaced": (
        "svc/go.mod",
        'module "a.b/c"\nreplace x.y/z v1.2.3 => ../lib\nreplace (\n\tq.r/s => ./in v0\n\tu.v/w => w.x/y v1.0.0\n\to.p/q => ../../out\n)\n',
        [("go", "a.b/c", "svc", ""), ("go", "x.y/z", "lib", "svc"), ("go", "q.r/s", "svc/in", "svc")],
    ),
    "cargo": (
        "crates/a/Cargo.toml",
        '[package]\nname = "my-crate"\n[dependencies]\nx = { path = "../b", package = "b" }\nserde = "1"\n',
        [
            ("rust", "crate", "crates/a/src/lib.rs", "crates/a"),
            ("rust", "my_crate", "crates/a/src/lib.rs", ""),
            ("rust", "x", "crates/b/src/lib.rs", "crates/a"),
        ],
    ),
    "cargo library elsewhere": (
        "Cargo.toml",
        '[package]\nname = "a"\n[lib]\nname = "b"\npath = "lib.rs"\n',
        [("rust", "crate", "lib.rs", ""), ("rust", "b", "lib.rs", "")],
    ),
    "tsconfig": (
        "web/tsconfig.json",
        '{ // why\n "extends": ["../tsconfig.base", "@tsconfig/node20"], /* and */\n "compilerOptions": {"baseUrl": "src",\n "paths": {"@app/*": ["app/*", "gen/*"], "x": ["./x.ts",],},},\n}',
        [
            ("script", "@app/*", "web/src/app/*", "web"),
            ("script", "@app/*", "web/src/gen/*", "web"),
            ("script", "x", "web/src/x.ts", "web"),
            ("script", "*", "web/src/*", "web"),
            ("script-extends", "", "tsconfig.base.json", "web"),
        ],
    ),
    "tsconfig paths alone": (
        "jsconfig.json",
        '{"compilerOptions": {"paths": {"~/*": ["./src/*"], "//*": ["a//b/*"]}}}',
        [("script", "~/*", "src/*", ""), ("script", "//*", "a/b/*", "")],
    ),
    "tsconfig paths outside": (
        "tsconfig.json",
        '{"extends": "../x", "compilerOptions": {"baseUrl": "../..", "paths": {"a/*": ["../a/*"], "b": ["/etc/passwd"], "c": [1, null]}}}',
        [],
    ),
    "package": (
        "packages/ui/package.json",
        json.dumps(
            {
                "name": "@org/ui",
                "main": "./dist/index.js",
                "exports": {".": {"types": "./src/index.ts"}, "./b": ["./b.js"], "./c/*": "./src/c/*.js"},
                "imports": {"#in/*": "./src/in/*", "#x": "outer"},
            }
        ),
        [
            ("script", "#in/*", "packages/ui/src/in/*", "packages/ui"),
            ("script", "@org/ui", "packages/ui/src/index.ts", ""),
            ("script", "@org/ui/b", "packages/ui/b.js", ""),
            ("script", "@org/ui/c/*", "packages/ui/src/c/*.js", ""),
            ("script", "@org/ui", "packages/ui/dist/index.js", ""),
            ("script", "@org/ui", "packages/ui", ""),
            ("script", "@org/ui/*", "packages/ui/*", ""),
        ],
    ),
    "package that leads out": (
        "package.json",
        '{"name": "a", "main": "../../etc/x.js", "exports": "/abs.js"}',
        [("script", "a", "", ""), ("script", "a/*", "*", "")],
    ),
    "composer": (
        "composer.json",
        '{"autoload": {"psr-4": {"App\\\\": "src/", "Out\\\\": "../x"}}, "autoload-dev": {"psr-4": {"T\\\\": ["tests"]}}}',
        [("php", "App\\", "src", ""), ("php", "T\\", "tests", "")],
    ),
    "another file": ("data.json", '{"name": "a"}', []),
}


@pytest.mark.parametrize(("path", "text", "expected"), ROOTS.values(), ids=ROOTS.keys())
def test_a_config_file_says_what_prefixes_mean(path: str, text: str, expected: Expected) -> None:
    assert import_roots(path, text) == tuple(ImportRoot(*one) for one in expected)


HOSTILE = {
    "empty": "",
    "garbage": "\0\ufffd]}{[//",
    "torn": '{"compilerOptions": {"paths": {"a',
    "torn table": "[package\nname = ",
    "deep objects": '{"extends": ' * 50_000,
    "deep lists": "[" * 100_000,
    "deep toml": "a = " + "[" * 50_000,
    "open comments": "/*" * 200_000,
    "open strings": '"' * 200_000,
    "commas": "," * 200_000,
    "spaced commas": ", " * 100_000,
    "wrong types": '{"name": 1, "main": [], "exports": {"a": 1}, "imports": [], "autoload": 1, "compilerOptions": {"paths": [1], "baseUrl": {}}, "extends": {"a": 2}}',
    "wrong toml types": 'package = 1\nlib = "x"\ndependencies = [1]\nworkspace = 2\n',
    "many": json.dumps({"name": "a", "exports": {f"./{i}": f"./{i}.js" for i in range(10_000)}}),
    "many patterns": json.dumps({"compilerOptions": {"paths": {f"{i}/*": [f"{i}/*"] for i in range(10_000)}}}),
    "many modules": "replace a => ./b\n" * 30_000,
    "long line": "module " + " " * 200_000,
    "arrows": "=>" * 100_000,
    "surrogate": '{"name": "\\ud800", "main": "\\ud800.js"}',
    "huge": " " * 3_000_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("name", ["go.mod", "Cargo.toml", "package.json", "tsconfig.json", "composer.json"])
def test_a_hostile_config_gives_a_bounded_answer_inside_the_workspace(name: str, text: str) -> None:
    assert name in IMPORT_ROOT_FILES

    found = import_roots(f"a/{name}", text)

    assert len(found) <= 200
    assert {root.prefix.encode().decode() for root in found} == {root.prefix for root in found}
    assert [root for root in found if root.target.startswith(("..", "/")) or "\\" in root.target] == []
