import pytest

from holdfast.index.imports.resolve import imported_files
from known_files import KnownFiles

FILES = {
    "lib/shop/basket.rb": "",
    "lib/shop.rb": "",
    "bin/run.rb": "",
    "lua/plugin/init.lua": "",
    "lua/plugin/keys.lua": "",
    "composer.json": '{"autoload": {"psr-4": {"App\\\\": "src/"}}}',
    "src/Models/User.php": "",
    "src/boot.php": "",
    "legacy/Old/Thing.php": "",
    "styles/main.scss": "",
    "styles/parts/_colours.scss": "",
    "styles/parts/_index.scss": "",
    "zig/main.zig": "",
    "zig/parse.zig": "",
    "scripts/lib.sh": "",
}

CASES = {
    "ruby relative": ("ruby", "lib/shop.rb", "./shop/basket", "*", ["lib/shop/basket.rb"]),
    "ruby": ("ruby", "bin/run.rb", "shop/basket", "*", ["lib/shop/basket.rb"]),
    "ruby of one segment": ("ruby", "bin/run.rb", "shop", "*", ["lib/shop.rb"]),
    "ruby foreign": ("ruby", "bin/run.rb", "json", "*", []),
    "ruby beyond the top": ("ruby", "bin/run.rb", "../../../x", "*", []),
    "lua": ("lua", "lua/plugin/init.lua", "plugin.keys", "", ["lua/plugin/keys.lua"]),
    "lua folder": ("lua", "lua/plugin/keys.lua", "plugin", "", ["lua/plugin/init.lua"]),
    "php by composer": ("php", "src/boot.php", "App\\Models", "User", ["src/Models/User.php"]),
    "php by its end": ("php", "src/boot.php", "Vendor\\Old", "Thing", ["legacy/Old/Thing.php"]),
    "php file": ("php", "src/Models/User.php", "../boot.php", "*", ["src/boot.php"]),
    "php foreign": ("php", "src/boot.php", "Symfony\\Console", "User", []),
    "scss partial": ("scss", "styles/main.scss", "parts/colours", "*", ["styles/parts/_colours.scss"]),
    "scss folder": ("scss", "styles/main.scss", "parts", "*", ["styles/parts/_index.scss"]),
    "scss beside": ("scss", "styles/parts/_index.scss", "./colours", "*", ["styles/parts/_colours.scss"]),
    "zig": ("zig", "zig/main.zig", "parse.zig", "", ["zig/parse.zig"]),
    "zig foreign": ("zig", "zig/main.zig", "std", "", []),
    "shell": ("shellscript", "scripts/run.sh", "./lib.sh", "*", ["scripts/lib.sh"]),
    "shell beyond the top": ("shellscript", "scripts/run.sh", "../../etc/profile", "*", []),
    "language without imports": ("swift", "a.swift", "Foundation", "*", []),
}


@pytest.mark.parametrize(("language", "importer", "module", "name", "expected"), CASES.values(), ids=CASES.keys())
def test_an_import_means_this_file(language: str, importer: str, module: str, name: str, expected: list[str]) -> None:
    assert imported_files(KnownFiles(FILES), importer, language, module, name) == expected
