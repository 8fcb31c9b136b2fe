"""CMake, Meson and the Autotools."""

import re
from collections.abc import Iterator
from typing import Final

from holdfast.manifest.project_facts.fact import Command, CommandKind, Evidence, Pinned, ProjectFacts, Said
from holdfast.manifest.project_facts.plain_text import plain_version, plain_words
from holdfast.manifest.project_facts.project_tree import ProjectTree, SourceText, there

_PROJECT: Final = re.compile(
    r"^[ \t]*project\s*\(\s*(?P<name>[\w.+-]+)(?P<rest>[^)]{0,2000})\)", re.IGNORECASE | re.MULTILINE
)
_VERSION: Final = re.compile(r"\bVERSION\s+(?P<version>\d[\w.]*)", re.IGNORECASE)
_DESCRIPTION: Final = re.compile(r"\bDESCRIPTION\s+\"(?P<words>[^\"]*)\"", re.IGNORECASE)
_STANDARD: Final = re.compile(r"set\s*\(\s*CMAKE_(?P<language>C|CXX)_STANDARD\s+(?P<version>\d+)", re.IGNORECASE)
_AT_LEAST: Final = re.compile(r"cmake_minimum_required\s*\(\s*VERSION\s+(?P<version>\d[\d.]*)", re.IGNORECASE)
_TESTED: Final = re.compile(r"^\s*(?:enable_testing|add_test|include\s*\(\s*CTest)\b", re.IGNORECASE)
_MESON: Final = re.compile(r"^project\s*\(\s*'(?P<name>[^'\n]{1,200})'(?P<rest>[^)]{0,2000})", re.MULTILINE)
_MESON_VERSION: Final = re.compile(r"\bversion\s*:\s*'(?P<version>[^']+)'")
_MESON_STANDARD: Final = re.compile(r"'(?P<language>c|cpp)_std=(?:gnu|c)(?:\+\+)?(?P<version>\w+)'")
_AC_INIT: Final = re.compile(r"^AC_INIT\([ \t]{0,9}\[?(?P<name>[\w.+ -]{1,80}?)\]?[ \t]{0,9}[,)]", re.MULTILINE)
_CHECKS: Final = re.compile(r"^(?:check_PROGRAMS|TESTS|check_SCRIPTS|check-local)\b")


def read_native_build(tree: ProjectTree) -> ProjectFacts:
    """What CMakeLists.txt, meson.build and configure.ac at the root say."""
    facts = ProjectFacts()
    cmake = tree.read("CMakeLists.txt")
    if cmake is not None:
        facts += _cmake(cmake)
    for name, read in (("meson.build", _meson), ("configure.ac", _autotools)):
        source = tree.read(name)
        if source is not None:
            facts += read(tree, source)
    return facts


def _cmake(source: SourceText) -> ProjectFacts:
    found = _PROJECT.search(source.text)
    rest = found["rest"] if found else ""
    proof = source.proof("project") if found is None else _proof_at(source, found)
    words, version = _DESCRIPTION.search(rest), _VERSION.search(rest)
    standards = [
        Pinned({"C": "C", "CXX": "C++"}[each["language"].upper()], each["version"], _proof_at(source, each))
        for each in _STANDARD.finditer(source.text)
    ]
    least = _AT_LEAST.search(source.text)
    manager = Pinned("CMake", f">={least['version']}" if least else "", _proof_at(source, least) if least else proof)
    return ProjectFacts(
        name=(Said(found["name"], proof),) if found else (),
        purpose=(Said(plain_words(words["words"]), proof),) if words else (),
        languages=tuple(standards),
        managers=(manager,),
        commands=tuple(_cmake_commands(source, proof)),
        versions=(Said(f"Version {version['version']}", proof),) if version else (),
    )


def _cmake_commands(source: SourceText, proof: Evidence) -> Iterator[Command]:
    def command(kind: CommandKind, text: str, evidence: Evidence) -> Command:
        return Command(kind, text, evidence, (source.path,))

    yield command("build", "cmake -S . -B build && cmake --build build", proof)
    for number, line in enumerate(source.lines, start=1):
        if _TESTED.match(line):
            yield command("test", "ctest --test-dir build", source.line_proof(number))
            break


def _meson(tree: ProjectTree, source: SourceText) -> ProjectFacts:
    found = _MESON.search(source.text)
    if found is None:
        return ProjectFacts()
    proof = _proof_at(source, found)
    version, standard = _MESON_VERSION.search(found["rest"]), _MESON_STANDARD.search(found["rest"])
    commands = [Command("build", "meson setup build && meson compile -C build", proof, (source.path,))]
    files = [source, *(text for path in ("test/meson.build", "tests/meson.build") if (text := tree.read(path)))]
    for file in files:
        tests = [number for number, line in enumerate(file.lines, start=1) if line.lstrip().startswith("test(")]
        if tests:
            commands.append(Command("test", "meson test -C build", file.line_proof(tests[0]), (file.path,)))
            break
    name = plain_words(found["name"], 80)
    language = [Pinned({"c": "C", "cpp": "C++"}[standard["language"]], standard["version"], proof)] if standard else []
    is_version = version is not None and plain_version(version["version"])
    return ProjectFacts(
        name=(Said(name, proof),),
        languages=tuple(language),
        managers=(Pinned("Meson", "", proof),),
        commands=tuple(commands),
        versions=(Said(f"Version {version['version']}", proof),) if version is not None and is_version else (),
    )


def _autotools(tree: ProjectTree, source: SourceText) -> ProjectFacts:
    found = _AC_INIT.search(source.text)
    proof = _proof_at(source, found) if found else there(source.path)
    script = next((name for name in ("configure", "autogen.sh", "bootstrap", "buildconf") if tree.has(name)), None)
    first = {"configure": "./configure", None: "autoreconf -i && ./configure"}.get(script, f"./{script} && ./configure")
    needs = (source.path, *([script] if script else []))
    commands = [Command("build", f"{first} && make", there(script) if script else proof, needs)]
    for path in ("Makefile.am", "tests/Makefile.am", "test/Makefile.am"):
        makefile = tree.read(path)
        if makefile is None:
            continue
        checks = [number for number, line in enumerate(makefile.lines, start=1) if _CHECKS.match(line)]
        if checks:
            commands.append(Command("test", "make check", makefile.line_proof(checks[0]), (path,)))
            break
    name = plain_words(found["name"], 80) if found else ""
    return ProjectFacts(
        name=(Said(name, proof),) if name else (),
        managers=(Pinned("Autotools", "", there(source.path)),),
        commands=tuple(commands),
    )


def _proof_at(source: SourceText, found: re.Match[str]) -> Evidence:
    start = found.start() + len(found[0]) - len(found[0].lstrip())
    return source.line_proof(source.text.count("\n", 0, start) + 1)
