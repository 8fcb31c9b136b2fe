import json

import pytest

from holdfast.index.imports.resolve import imported_files
from known_files import KnownFiles

FILES = {
    "tsconfig.base.json": '{"compilerOptions": {"paths": {"@shared/*": ["packages/shared/src/*"], /* loop */}}, "extends": "./tsconfig.json"}',
    "tsconfig.json": '{"extends": ["./tsconfig.base.json", "./tsconfig.json"]}',
    "packages/app/tsconfig.json": '{"extends": "../../tsconfig.base.json", "compilerOptions": {"baseUrl": "./src", "paths": {"@app/*": ["*", "gen/*"], "config": ["config.prod.ts"]}}}',
    "packages/app/package.json": '{"name": "app", "imports": {"#db/*": "./src/db/*.js", "#env": {"node": "./src/env.node.ts", "default": "./src/env.ts"}}}',
    "packages/app/src/main.ts": "",
    "packages/app/src/config.prod.ts": "",
    "packages/app/src/env.ts": "",
    "packages/app/src/db/open.ts": "",
    "packages/app/src/gen/api.ts": "",
    "packages/app/src/views/index.tsx": "",
    "packages/app/src/views/Home.vue": "",
    "packages/app/src/views/theme.json": "",
    "packages/shared/package.json": json.dumps(
        {
            "name": "@org/shared",
            "main": "./dist/index.js",
            "exports": {".": "./dist/index.js", "./money": "./dist/money.js", "./parts/*": "./dist/parts/*.js"},
        }
    ),
    "packages/shared/src/index.ts": "",
    "packages/shared/src/money.ts": "",
    "packages/shared/src/parts/coin.ts": "",
    "packages/shared/types.d.ts": "",
    "plain/package.json": '{"name": "plain", "main": "lib/start.js"}',
    "plain/lib/start.js": "",
    "plain/lib/start.d.ts": "",
    "plain/index.js": "",
    "plain/lib/index.js": "",
    "other/src/util/dates.ts": "",
    "evil/tsconfig.json": '{"compilerOptions": {"paths": {"e/*": ["../../../*"], "*": ["*/../../../etc/passwd"]}}}',
    "evil/a.ts": "",
}

MAIN = "packages/app/src/main.ts"
CASES = {
    "relative": (MAIN, "./config.prod", ["packages/app/src/config.prod.ts"]),
    "relative as compiled": (MAIN, "./config.prod.js", ["packages/app/src/config.prod.ts"]),
    "folder with an index": (MAIN, "./views", ["packages/app/src/views/index.tsx"]),
    "folder with a slash": (MAIN, "./views/", ["packages/app/src/views/index.tsx"]),
    "index itself": (MAIN, "./views/index", ["packages/app/src/views/index.tsx"]),
    "own folder": ("packages/app/src/views/Home.vue", ".", ["packages/app/src/views/index.tsx"]),
    "another kind of file": (MAIN, "./views/Home.vue", ["packages/app/src/views/Home.vue"]),
    "data": (MAIN, "./views/theme.json?raw", ["packages/app/src/views/theme.json"]),
    "beyond the top": (MAIN, "../../../../../etc/passwd", []),
    "from the file system": (MAIN, "/etc/passwd", []),
    "paths": (MAIN, "@app/db/open", ["packages/app/src/db/open.ts"]),
    "paths, second place": (MAIN, "@app/api", ["packages/app/src/gen/api.ts"]),
    "paths without a star": (MAIN, "config", ["packages/app/src/config.prod.ts"]),
    "paths of the base": (MAIN, "@shared/money", ["packages/shared/src/money.ts"]),
    "base folder": (MAIN, "views/Home.vue", ["packages/app/src/views/Home.vue"]),
    "paths of another project": ("plain/index.js", "config", []),
    "package": (MAIN, "@org/shared", ["packages/shared/src/index.ts"]),
    "export of a package": (MAIN, "@org/shared/money", ["packages/shared/src/money.ts"]),
    "exports of a package": (MAIN, "@org/shared/parts/coin", ["packages/shared/src/parts/coin.ts"]),
    "file of a package": (MAIN, "@org/shared/types", ["packages/shared/types.d.ts"]),
    "package with a main": (MAIN, "plain", ["plain/lib/start.d.ts"]),
    "imports of a package": (MAIN, "#db/open", ["packages/app/src/db/open.ts"]),
    "imports by condition": (MAIN, "#env", ["packages/app/src/env.ts"]),
    "alias that no config explains": ("other/src/a.ts", "@/util/dates", ["other/src/util/dates.ts"]),
    "alias from far": ("plain/index.js", "~/util/dates", ["other/src/util/dates.ts"]),
    "script rather than its declarations": ("plain/lib/index.js", "./start", ["plain/lib/start.js"]),
    "foreign": (MAIN, "react", []),
    "foreign with a scope": (MAIN, "@babel/core", []),
    "built in": (MAIN, "node:fs", []),
    "nothing": (MAIN, "", []),
    "pattern that leads out": ("evil/a.ts", "e/x", []),
    "star that leads out": ("evil/a.ts", "../../x", []),
    "star put into a path": ("evil/a.ts", "e/../../../etc/passwd", []),
    "endless": (MAIN, "a/" * 20_000, []),
}


@pytest.mark.parametrize(("importer", "module", "expected"), CASES.values(), ids=CASES.keys())
def test_an_import_means_this_file(importer: str, module: str, expected: list[str]) -> None:
    lookup = KnownFiles(FILES)

    assert imported_files(lookup, importer, "typescript", module) == expected
    assert [path for question, path, *_ in lookup.questions if ".." in path or path.startswith("/")] == []


def test_a_relative_import_costs_one_or_two_questions() -> None:
    lookup = KnownFiles(FILES)

    imported_files(lookup, MAIN, "typescript", "./env")

    assert len(lookup.questions) <= 2
