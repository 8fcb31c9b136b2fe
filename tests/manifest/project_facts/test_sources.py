"""What each kind of file proves: a table of files and of the facts that come of them, each with its place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from holdfast.manifest.project_facts.fact import ProjectFacts
from holdfast.manifest.project_facts.project_tree import ProjectTree
from holdfast.manifest.project_facts.sources.cargo import read_cargo
from holdfast.manifest.project_facts.sources.changelog import read_changelog
from holdfast.manifest.project_facts.sources.composer import read_composer
from holdfast.manifest.project_facts.sources.continuous_integration import read_continuous_integration
from holdfast.manifest.project_facts.sources.conventions import read_conventions
from holdfast.manifest.project_facts.sources.dotnet import read_dotnet
from holdfast.manifest.project_facts.sources.go_mod import read_go_mod
from holdfast.manifest.project_facts.sources.makefile import read_makefiles
from holdfast.manifest.project_facts.sources.maven import read_maven
from holdfast.manifest.project_facts.sources.native_build import read_native_build
from holdfast.manifest.project_facts.sources.package_json import read_package_json
from holdfast.manifest.project_facts.sources.pyproject import read_pyproject
from holdfast.manifest.project_facts.sources.python_tools import read_python_tools
from holdfast.manifest.project_facts.sources.readme import read_readme
from holdfast.manifest.project_facts.sources.ruby import read_ruby
from holdfast.manifest.project_facts.sources.version_files import read_version_files
from small_repository import shown, tree_of

Read = Callable[[ProjectTree], ProjectFacts]


@dataclass(frozen=True)
class Case:
    id: str
    read: Read
    files: Mapping[str, str | bytes]
    expected: list[str]


CASES = [
    Case(
        "a Makefile's usual targets, whatever stands around them",
        read_makefiles,
        {
            "Makefile": ".PHONY: test build\nCC := gcc\nX = a:b\nbuild: src/a.c | dir\n\tcc: nothing\n%.o: %.c\ntest check:\n\n"
            "lint fmt:\ninstall:\nrun::\n"
        },
        [
            "commands: build `make build` <- Makefile:4",
            "commands: test `make test` <- Makefile:7",
            "commands: lint `make lint` <- Makefile:9",
            "commands: run `make run` <- Makefile:11",
        ],
    ),
    Case(
        "`all` that runs the tests builds nothing",
        read_makefiles,
        {"Makefile": "all: test\ntest:\n"},
        ["commands: test `make test` <- Makefile:2"],
    ),
    Case(
        "what a Makefile defines or assigns for one target is no target",
        read_makefiles,
        {
            "Makefile": "test: export CC = gcc\nrun: A := 1\nlint: X += y\ndefine rules\nbuild:\n\tx\nendef\nlint: src ; A=1 x\ntest:\n"
        },
        ["commands: test `make test` <- Makefile:9", "commands: lint `make lint` <- Makefile:8"],
    ),
    Case(
        "a Makefile in a part is run there",
        read_makefiles,
        {"part/Makefile": "test:\n"},
        ["commands: test `cd part && make test` <- part/Makefile:1"],
    ),
    Case(
        "recipes of a justfile that need no argument",
        read_makefiles,
        {
            "justfile": "set shell := ['sh']\nalias t := test\n\nbuild target:\n  x\ntest *args:\n  y\nlint level='1':\n  z\n"
        },
        ["commands: test `just test` <- justfile:6", "commands: lint `just lint` <- justfile:8"],
    ),
    Case(
        "package.json: scripts, Node, frameworks, the manager it pins, a test to run",
        read_package_json,
        {
            "package.json": '{\n "name": "shop",\n "version": "1.2.0",\n "description": "Sells `things`.",\n "packageManager": "pnpm@9.1.0+sha1.x",\n'
            ' "engines": {"node": ">=20"},\n "scripts": {\n  "build": "tsc",\n  "test": "vitest",\n  "dev": "vite",\n  "a b": "x"\n },\n'
            ' "dependencies": {"react": "^19.0.0"},\n "devDependencies": {\n  "vitest": "2.0.0"\n }\n}\n',
            "src/cart.test.ts": "test('x', () => {})\n",
            "src/fixtures/no.test.ts": "",
        },
        [
            "name: shop <- package.json:2",
            "purpose: Sells things. <- package.json:4",
            "languages: Node >=20 <- package.json:6",
            "frameworks: React ^19.0.0 <- package.json:13",
            "frameworks: Vitest 2.0.0 <- package.json:15",
            "managers: pnpm 9.1.0 <- package.json:5",
            "commands: build `pnpm run build` <- package.json:8",
            "commands: test `pnpm test` <- package.json:9",
            "commands: run `pnpm run dev` <- package.json:10",
            "commands: one_test `npx vitest run src/cart.test.ts` <- package.json:15",
            "versions: Version 1.2.0 <- package.json:3",
        ],
    ),
    Case(
        "a lock file tells the manager; npm's own test script is none",
        read_package_json,
        {"package.json": '{"scripts": {"test": "echo \\"Error: no test specified\\" && exit 1"}}', "yarn.lock": ""},
        ["managers: yarn <- yarn.lock"],
    ),
    Case(
        "packages of a workspace, by name and by pattern",
        read_package_json,
        {
            "package.json": '{"workspaces": ["packages/*", "web", "gone", "../out"]}',
            "packages/a/package.json": "{}",
            "packages/a/b/package.json": "{}",
            "web/package.json": "{}",
        },
        [
            "managers: npm <- package.json",
            "folders: packages/a (package of the workspace) <- package.json:1",
            "folders: web (package of the workspace) <- package.json:1",
        ],
    ),
    Case(
        "keys of the package itself, not those of its author or tools",
        read_package_json,
        {
            "package.json": '{"author": {"name": "Eve"},\n"config": {"version": "9.9", "description": "x"},\n"name": "shop",\n"version": "1.0",\n"description": "Sells."}'
        },
        [
            "name: shop <- package.json:3",
            "purpose: Sells. <- package.json:5",
            "managers: npm <- package.json",
            "versions: Version 1.0 <- package.json:4",
        ],
    ),
    Case("package.json that is no object", read_package_json, {"package.json": "[1, 2"}, []),
    Case(
        "package.json of odd types",
        read_package_json,
        {"package.json": '{"name": 3, "scripts": ["x"], "engines": null, "workspaces": 4}'},
        ["managers: npm <- package.json"],
    ),
    Case(
        "pyproject.toml with uv",
        read_pyproject,
        {
            "pyproject.toml": '[build-system]\nbuild-backend = "hatchling.build"\n[project]\nname = "shop"\nversion = "0.3"\ndescription = "Sells things."\n'
            'requires-python = ">=3.11"\nclassifiers = ["Intended Audience :: Developers"]\ndependencies = [\n "django>=5",\n "left-pad",\n]\n'
            '[project.scripts]\nshop = "shop:main"\n[tool.ruff]\nline-length = 100\n[tool.mypy]\nstrict = true\n',
            "uv.lock": "",
        },
        [
            "name: shop <- pyproject.toml:4",
            "purpose: Sells things. <- pyproject.toml:6",
            "audience: Developers <- pyproject.toml:8",
            "languages: Python >=3.11 <- pyproject.toml:7",
            "frameworks: Django >=5 <- pyproject.toml:10",
            "managers: hatchling <- pyproject.toml:2",
            "commands: lint `uv run ruff check .` <- pyproject.toml:15",
            "commands: lint `uv run mypy` <- pyproject.toml:17",
            "commands: run `uv run shop --help` <- pyproject.toml:14",
            "commands: build `uv build` <- pyproject.toml:1",
            "versions: Version 0.3 <- pyproject.toml:5",
        ],
    ),
    Case(
        "Poetry, and tasks of poe",
        read_pyproject,
        {
            "pyproject.toml": '[tool.poetry]\nname = "shop"\nversion = "1.0.0"\n[tool.poetry.dependencies]\npython = "^3.10"\nflask = {version = "^3.0"}\n'
            '[tool.poe.tasks]\ntest = "pytest"\n',
            "poetry.lock": "",
        },
        [
            "name: shop <- pyproject.toml:2",
            "languages: Python ^3.10 <- pyproject.toml:5",
            "frameworks: Flask ^3.0 <- pyproject.toml:6",
            "commands: test `poe test` <- pyproject.toml:8",
            "versions: Version 1.0.0 <- pyproject.toml:3",
        ],
    ),
    Case("torn TOML", read_pyproject, {"pyproject.toml": '[project\nname = "x'}, []),
    Case(
        "setup.py is parsed, never run",
        read_python_tools,
        {
            "setup.py": 'import os\nos.remove("x")\nfrom setuptools import setup\nsetup(\n  name="shop",\n  python_requires=">=3.9",\n  version=get(),\n)\n'
        },
        ["name: shop <- setup.py:5", "languages: Python >=3.9 <- setup.py:6"],
    ),
    Case(
        "setup.cfg, tox, pytest, one test that is there",
        read_python_tools,
        {
            "setup.cfg": "[metadata]\nname = shop\ndescription = Sells things.\n[options]\npython_requires = >=3.8\ninstall_requires =\n  aiohttp>=3\n[tool:pytest]\n",
            "tox.ini": "[testenv]\ncommands = x\n",
            "tests/test_b.py": "def test_b(): ...\n",
            "tests/test_a.py": "# nothing yet\n",
            "tests/data/test_z.py": "def test_z(): ...\n",
        },
        [
            "name: shop <- setup.cfg:2",
            "purpose: Sells things. <- setup.cfg:3",
            "languages: Python >=3.8 <- setup.cfg:5",
            "frameworks: aiohttp >=3 <- setup.cfg:7",
            "commands: test `pytest` <- setup.cfg:8",
            "commands: one_test `pytest tests/test_b.py` <- setup.cfg:8",
            "commands: test `tox` <- tox.ini:1",
        ],
    ),
    Case(
        "requirements, nox, Django, pre-commit",
        read_python_tools,
        {
            "requirements.txt": "# web\nDjango==5.1\n-r other.txt\n",
            "noxfile.py": "import nox\n\n@nox.session(python='3.12')\ndef tests(session):\n    ...\n",
            "manage.py": "import django\n",
            ".pre-commit-config.yaml": "repos: []\n",
        },
        [
            "frameworks: Django ==5.1 <- requirements.txt:2",
            "managers: pip <- requirements.txt",
            "commands: test `nox -s tests` <- noxfile.py:4",
            "commands: run `python manage.py runserver` <- manage.py:1",
            "commands: test `python manage.py test` <- manage.py:1",
            "commands: lint `pre-commit run --all-files` <- .pre-commit-config.yaml:1",
        ],
    ),
    Case(
        "go.mod, its tests and programs",
        read_go_mod,
        {
            "go.mod": "module example.com/shop\n\ngo 1.22\n\nrequire (\n\tgithub.com/spf13/cobra v1.8.0\n\tgorm.io/gorm v1.0.0 // indirect\n)\n",
            "cart/cart_test.go": "package cart\n\nfunc helper() {}\nfunc TestAdds(t *testing.T) {}\n",
            "cmd/shop/main.go": "package main\n",
        },
        [
            "name: example.com/shop <- go.mod:1",
            "languages: Go 1.22 <- go.mod:3",
            "frameworks: Cobra v1.8.0 <- go.mod:6",
            "managers: Go modules <- go.mod",
            "commands: build `go build ./...` <- go.mod:1",
            "commands: test `go test ./...` <- cart/cart_test.go",
            "commands: one_test `go test ./cart -run '^TestAdds$'` <- cart/cart_test.go:4",
            "commands: run `go run ./cmd/shop` <- cmd/shop/main.go:1",
        ],
    ),
    Case(
        "Cargo.toml",
        read_cargo,
        {
            "Cargo.toml": '[package]\nname = "shop"\nversion = "0.1.0"\nedition = "2021"\nrust-version = "1.75"\n[dependencies]\ntokio = { version = "1.38" }\n',
            "src/main.rs": "fn main() {}\n",
            "tests/cart.rs": "#[test]\nfn adds() {}\n",
            "clippy.toml": "",
        },
        [
            "name: shop <- Cargo.toml:2",
            "languages: Rust >=1.75 <- Cargo.toml:5",
            "frameworks: Tokio 1.38 <- Cargo.toml:7",
            "managers: Cargo <- Cargo.toml",
            "commands: build `cargo build` <- Cargo.toml:1",
            "commands: test `cargo test` <- Cargo.toml:1",
            "commands: one_test `cargo test --test cart` <- tests/cart.rs",
            "commands: run `cargo run` <- src/main.rs",
            "commands: lint `cargo clippy` <- clippy.toml",
            "versions: Version 0.1.0 <- Cargo.toml:3",
        ],
    ),
    Case(
        "Cargo.toml whose version is not the first line that says so",
        read_cargo,
        {
            "Cargo.toml": '[package]\nrust-version = "1.75"\nmetadata = "name of version"\nversion = "0.1.0"\nname = "shop"\n'
        },
        [
            "name: shop <- Cargo.toml:5",
            "languages: Rust >=1.75 <- Cargo.toml:2",
            "managers: Cargo <- Cargo.toml",
            "commands: build `cargo build` <- Cargo.toml:1",
            "commands: test `cargo test` <- Cargo.toml:1",
            "versions: Version 0.1.0 <- Cargo.toml:4",
        ],
    ),
    Case(
        "pyproject.toml whose version is not the first line that says so",
        read_pyproject,
        {
            "pyproject.toml": '[tool.x]\nversion = 3\nname = "no"\n[project]\ndynamic = ["description"]\nrequires-python = "3.11"\nversion = "1.0"\nname = "shop"\n'
        },
        [
            "name: shop <- pyproject.toml:8",
            "languages: Python 3.11 <- pyproject.toml:6",
            "versions: Version 1.0 <- pyproject.toml:7",
        ],
    ),
    Case(
        "pytest in a comment alone runs nothing",
        read_python_tools,
        {
            "setup.cfg": "# no pytest here\n",
            "requirements.txt": "x # pytest\n",
            "tox.ini": "# pytest\n[y]\ndeps = pytest\n",
        },
        ["managers: pip <- requirements.txt", "commands: test `pytest` <- tox.ini:3"],
    ),
    Case(
        "a text of XML over lines is where it begins",
        read_maven,
        {"pom.xml": "<project>\n<description>\n  Sells &amp;\n  things.\n</description>\n</project>"},
        [
            "purpose: Sells & things. <- pom.xml:3",
            "managers: Maven <- pom.xml",
            "commands: build `mvn package -DskipTests` <- pom.xml",
            "commands: test `mvn test` <- pom.xml",
        ],
    ),
    Case(
        "the same framework many times, and a key of very many parts",
        read_pyproject,
        {
            "pyproject.toml": "[project]\ndependencies = [\n" + '"flask>1",\n' * 20_000 + "]\n",
            "a/pyproject.toml": "[project]\n" + "a." * 100_000 + "a = 1\n",
        },
        ["frameworks: Flask >1 <- pyproject.toml:3"],
    ),
    Case(
        "a workspace of crates",
        read_cargo,
        {
            "Cargo.toml": '[workspace]\nmembers = ["crates/a", "gone"]\n',
            "crates/a/Cargo.toml": '[package]\nname = "a"\n',
        },
        [
            "managers: Cargo <- Cargo.toml",
            "commands: build `cargo build --workspace` <- Cargo.toml:1",
            "commands: test `cargo test --workspace` <- Cargo.toml:1",
            "folders: crates/a (crate of the workspace) <- Cargo.toml:2",
        ],
    ),
    Case(
        "pom.xml with a wrapper and modules",
        read_maven,
        {
            "pom.xml": '<?xml version="1.0"?>\n<project xmlns="http://maven.apache.org/POM/4.0.0">\n<parent><version>9</version></parent>\n<artifactId>shop</artifactId>\n'
            "<version>2.1</version>\n<properties>\n<maven.compiler.release>21</maven.compiler.release>\n</properties>\n<modules><module>core</module><module>gone</module></modules>\n"
            "<dependencies><dependency><artifactId>testng</artifactId>\n<version>7.1</version></dependency></dependencies>\n</project>\n",
            "mvnw": "",
            "core/pom.xml": "<project/>",
            "src/test/java/shop/CartTest.java": "class CartTest {}",
        },
        [
            "name: shop <- pom.xml:4",
            "languages: Java 21 <- pom.xml:7",
            "frameworks: TestNG 7.1 <- pom.xml:10",
            "managers: Maven <- pom.xml",
            "commands: build `./mvnw package -DskipTests` <- pom.xml",
            "commands: test `./mvnw test` <- pom.xml",
            "commands: one_test `./mvnw test -Dtest=CartTest` <- src/test/java/shop/CartTest.java",
            "folders: core (Maven module) <- pom.xml:9",
            "versions: Version 2.1 <- pom.xml:5",
        ],
    ),
    Case(
        "XML with entities is not read",
        read_maven,
        {"pom.xml": '<!DOCTYPE p [<!ENTITY a "b">]>\n<project><artifactId>&a;</artifactId></project>'},
        [],
    ),
    Case(
        "Gradle in Kotlin, with a wrapper",
        read_maven,
        {
            "build.gradle.kts": 'plugins {\n  id("application")\n}\njava { toolchain { languageVersion.set(JavaLanguageVersion.of(17)) } }\n',
            "settings.gradle.kts": 'include(":core", ":gone")\n',
            "core/build.gradle.kts": "",
            "gradlew": "",
            "gradle/wrapper/gradle-wrapper.properties": "distributionUrl=https\\://x/gradle-8.10-bin.zip\n",
        },
        [
            "languages: Java 17 <- build.gradle.kts:4",
            "managers: Gradle 8.10 <- build.gradle.kts",
            "commands: build `./gradlew assemble` <- build.gradle.kts",
            "commands: test `./gradlew test` <- build.gradle.kts",
            "commands: run `./gradlew run` <- build.gradle.kts",
            "folders: core (Gradle module) <- settings.gradle.kts:1",
        ],
    ),
    Case(
        "CMake",
        read_native_build,
        {
            "CMakeLists.txt": 'cmake_minimum_required(VERSION 3.20)\n\nproject(shop\n  VERSION 1.4\n  DESCRIPTION "Sells things")\nset(CMAKE_CXX_STANDARD 20)\nenable_testing()\n'
        },
        [
            "name: shop <- CMakeLists.txt:3",
            "purpose: Sells things <- CMakeLists.txt:3",
            "languages: C++ 20 <- CMakeLists.txt:6",
            "managers: CMake >=3.20 <- CMakeLists.txt:1",
            "commands: build `cmake -S . -B build && cmake --build build` <- CMakeLists.txt:3",
            "commands: test `ctest --test-dir build` <- CMakeLists.txt:7",
            "versions: Version 1.4 <- CMakeLists.txt:3",
        ],
    ),
    Case(
        "Meson and the Autotools",
        read_native_build,
        {
            "meson.build": "project('shop', 'c', version: '2.0', default_options: ['c_std=c11'])\n",
            "tests/meson.build": "test('cart', exe)\n",
            "configure.ac": "AC_INIT([shop], [2.0])\n",
            "autogen.sh": "",
            "Makefile.am": "TESTS = cart\n",
        },
        [
            "name: shop <- meson.build:1",
            "name: shop <- configure.ac:1",
            "languages: C 11 <- meson.build:1",
            "managers: Meson <- meson.build:1",
            "managers: Autotools <- configure.ac",
            "commands: build `meson setup build && meson compile -C build` <- meson.build:1",
            "commands: test `meson test -C build` <- tests/meson.build:1",
            "commands: build `./autogen.sh && ./configure && make` <- autogen.sh",
            "commands: test `make check` <- Makefile.am:1",
            "versions: Version 2.0 <- meson.build:1",
        ],
    ),
    Case(
        "composer.json",
        read_composer,
        {
            "composer.json": '{"name": "acme/shop",\n"require": {"php": "^8.2",\n"laravel/framework": "^11.0"},\n"require-dev": {"phpunit/phpunit": "^11"},\n"scripts": {"lint": "x"}}',
            "phpunit.xml": "",
            "tests/CartTest.php": "",
        },
        [
            "name: acme/shop <- composer.json:1",
            "languages: PHP ^8.2 <- composer.json:2",
            "frameworks: Laravel ^11.0 <- composer.json:3",
            "frameworks: PHPUnit ^11 <- composer.json:4",
            "managers: Composer <- composer.json",
            "commands: lint `composer run lint` <- composer.json:5",
            "commands: test `composer exec phpunit` <- composer.json:4",
            "commands: one_test `composer exec phpunit tests/CartTest.php` <- composer.json:4",
        ],
    ),
    Case(
        "Gemfile, gemspec and Rakefile",
        read_ruby,
        {
            "Gemfile": "source 'x'\nruby '3.3.0'\ngem 'rspec', '~> 3.13'\ngem 'nobody'\n",
            "shop.gemspec": "Gem::Specification.new do |s|\n  s.name = 'shop'\n  s.summary = 'Sells things.'\nend\n",
            "Rakefile": "task :build do\nend\ntask 'x y'\n",
            "spec/cart_spec.rb": "",
        },
        [
            "name: shop <- shop.gemspec:2",
            "purpose: Sells things. <- shop.gemspec:3",
            "languages: Ruby 3.3.0 <- Gemfile:2",
            "frameworks: RSpec ~> 3.13 <- Gemfile:3",
            "managers: Bundler <- Gemfile",
            "commands: build `bundle exec rake build` <- Rakefile:1",
            "commands: test `bundle exec rspec` <- Gemfile:3",
            "commands: one_test `bundle exec rspec spec/cart_spec.rb` <- spec/cart_spec.rb",
        ],
    ),
    Case(
        ".NET",
        read_dotnet,
        {
            "Shop.sln": "",
            "src/Shop/Shop.csproj": '<Project Sdk="Microsoft.NET.Sdk">\n<PropertyGroup><OutputType>Exe</OutputType>\n<TargetFramework>net8.0</TargetFramework></PropertyGroup></Project>',
            "test/Shop.Test.csproj": '<Project>\n<ItemGroup><PackageReference Include="Microsoft.NET.Test.Sdk" />\n<PackageReference Include="xunit" /></ItemGroup></Project>',
            "global.json": '{"sdk": {\n"version": "8.0.100"}}',
        },
        [
            "languages: .NET net8.0 <- src/Shop/Shop.csproj:3",
            "frameworks: xUnit <- test/Shop.Test.csproj:3",
            "managers: .NET SDK 8.0.100 <- global.json:2",
            "commands: build `dotnet build` <- Shop.sln",
            "commands: test `dotnet test` <- test/Shop.Test.csproj:2",
            "commands: one_test `dotnet test test/Shop.Test.csproj` <- test/Shop.Test.csproj:2",
            "commands: run `dotnet run --project src/Shop/Shop.csproj` <- src/Shop/Shop.csproj:2",
            "folders: src/Shop (project of the solution) <- src/Shop/Shop.csproj",
            "folders: test (project of the solution) <- test/Shop.Test.csproj",
        ],
    ),
    Case(
        "files that hold a language to a version",
        read_version_files,
        {
            ".python-version": "3.12.4\n",
            ".nvmrc": "lts/iron\n",
            ".tool-versions": "# x\ngolang 1.22.1\nnothing 1\nruby\n",
            "rust-toolchain.toml": '[toolchain]\nchannel = """1.79\n"""\n',
            "Dockerfile": "FROM --platform=x docker.io/library/python:3.12-slim AS b\nFROM scratch\n",
        },
        [
            "languages: Python 3.12.4 <- .python-version:1",
            "languages: Node lts/iron <- .nvmrc:1",
            "languages: Go 1.22.1 <- .tool-versions:2",
            "languages: Rust 1.79 <- rust-toolchain.toml:2",
            "languages: Python 3.12 <- Dockerfile:1",
        ],
    ),
    Case(
        "commands that CI runs, but none that cannot be typed here",
        read_continuous_integration,
        {
            ".github/workflows/ci.yml": "jobs:\n  a:\n    steps:\n      - run: cargo clippy --all-targets\n      - run: |\n          set -e\n          go vet ./...\n"
            "          pytest made/by_ci.py\n          pytest $FLAGS\n      - run: cargo test --locked\n      - uses: x\n",
            ".gitlab-ci.yml": "lint:\n  script:\n    - mypy src\n    - rm -rf /\n",
            "compose.yaml": "services:\n  db: {image: x}\n",
        },
        [
            "commands: lint `cargo clippy --all-targets` <- .github/workflows/ci.yml:4",
            "commands: lint `go vet ./...` <- .github/workflows/ci.yml:7",
            "commands: lint `mypy src` <- .gitlab-ci.yml:3",
            "commands: run `docker compose up` <- compose.yaml:1",
        ],
    ),
    Case(
        "YAML that is torn, nested without end, or merges itself",
        read_continuous_integration,
        {
            ".github/workflows/a.yml": "run: [go vet\n",
            ".github/workflows/b.yml": "[" * 20_000,
            ".github/workflows/d.yml": "a: &a []\n"
            + "".join(f"b{n}: &b{n} [*{p}, *{p}]\n" for n, p in enumerate(["a", *[f"b{n}" for n in range(30)]])),
            ".github/workflows/c.yml": "a: &a {run: mypy}\n"
            + "".join(
                f"b{n}: &b{n} {{<<: [*{p}, *{p}]}}\n" for n, p in enumerate(["a", *[f"b{n}" for n in range(30)]])
            ),
        },
        ["commands: lint `mypy` <- .github/workflows/c.yml:1"],
    ),
    Case(
        "the README's first prose, and documents beside it",
        read_readme,
        {
            "README.md": "# Shop\n\n[![badge](x)](y)\n\n<p align=center>\n\n> quote\n\n```sh\nnot this, it is code and long enough\n```\n\n`shop` sells [things](https://x)\nto **people**.\n\nMore.\n",
            "CONTRIBUTING.md": "<!-- x -->\n# How to help\n",
            "docs/design.md": "no heading\n",
            "docs/deep/er.md": "# x\n",
        },
        [
            "purpose: shop sells things to people. <- README.md:13",
            "documents: CONTRIBUTING.md (How to help) <- CONTRIBUTING.md:2",
            "documents: docs/design.md () <- docs/design.md",
        ],
    ),
    Case(
        "a README whose first prose is far below",
        read_readme,
        {"README.md": "# Shop\n\n## Build\n\n1. x\n\n## Notes\n\nThis is about something else entirely.\n"},
        [],
    ),
    Case("a README with nothing to say", read_readme, {"README.rst": "====\nShop\n====\n\n* a list\n"}, []),
    Case(
        "conventions, generated files, marked paths",
        read_conventions,
        {
            ".editorconfig": "root = true\n[*]\nindent_style = space\nindent_size = 2\nend_of_line = lf\n[Makefile]\nindent_style = tab\n[*.md]\nx = y\n",
            "pyproject.toml": "[tool.ruff]\nline-length = 100\n",
            "uv.lock": "",
            ".gitattributes": "gen/** linguist-generated=true\nvendor/x linguist-vendored\ngone/** linguist-generated\nsrc linguist-generated=false\n",
            "gen/a.py": "",
            "vendor/x/b.py": "",
            "src/c.py": "",
        },
        [
            "conventions: Indentation: 2 spaces; line ends: LF <- .editorconfig:2",
            "conventions: Indentation in `Makefile`: tabs <- .editorconfig:6",
            "conventions: Lines of at most 100 characters <- pyproject.toml:2",
            "protected: gen (generated) <- .gitattributes:1",
            "protected: vendor/x (somebody else's code) <- .gitattributes:2",
            "generated: uv.lock (uv lock) <- uv.lock",
        ],
    ),
    Case(
        "the newest entry of a changelog",
        read_changelog,
        {"CHANGELOG.md": "# Changelog\n\n## [Unreleased]\n\n## 1.0\n"},
        ["versions: Newest entry: “[Unreleased]” <- CHANGELOG.md:3"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_file_proves_what_it_says_and_where(case: Case, tmp_path: Path) -> None:
    assert shown(case.read(tree_of(tmp_path, case.files))) == case.expected
