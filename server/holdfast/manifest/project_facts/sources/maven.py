"""Maven and Gradle."""

import re
from collections.abc import Iterator
from typing import Final

from holdfast.manifest.project_facts.fact import Command, CommandKind, Described, Pinned, ProjectFacts, Said
from holdfast.manifest.project_facts.known_frameworks import JVM
from holdfast.manifest.project_facts.plain_text import plain_version, plain_words
from holdfast.manifest.project_facts.project_tree import ProjectTree, SourceText, there
from holdfast.manifest.project_facts.structured_text import XmlText, xml_texts
from holdfast.manifest.project_facts.task_names import in_folder
from holdfast.manifest.project_facts.test_places import first_test

_JAVA: Final = ("maven.compiler.release", "java.version", "maven.compiler.source")
_GRADLE_JAVA: Final = re.compile(
    r"(?:languageVersion\s*(?:=|\.set\()\s*JavaLanguageVersion\.of\(|sourceCompatibility\s*=?\s*(?:JavaVersion\.VERSION_)?|jvmToolchain\()"
    r"[\"']?(?P<version>\d[\d._]*)"
)
_GRADLE_PLUGIN: Final = re.compile(
    r"^\s*(?:id\s*\(?\s*[\"'](?P<id>[\w.-]+)[\"']|(?P<bare>java|application|war)\s*$|kotlin\(\"jvm\"\))"
)
_MODULE: Final = re.compile(r"[\"']:(?P<path>[\w:.-]+)[\"']")


def read_maven(tree: ProjectTree) -> ProjectFacts:
    """What pom.xml and build.gradle say."""
    facts = ProjectFacts()
    for source in tree.texts("pom.xml"):
        facts += _pom(tree, source)
    for source in tree.texts("build.gradle", "build.gradle.kts"):
        facts += _gradle(tree, source)
    for source in tree.texts("settings.gradle", "settings.gradle.kts"):
        facts += ProjectFacts(folders=tuple(_gradle_modules(tree, source)))
    return facts


def _pom(tree: ProjectTree, source: SourceText) -> ProjectFacts:
    texts = list(xml_texts(source))
    if not texts:
        return ProjectFacts()

    def said(*path: str, longest: int = 240) -> tuple[Said, ...]:
        found = [text for text in texts if text.path == ("project", *path)]
        return tuple(
            Said(words, source.line_proof(text.line))
            for text in found[:1]
            if not source.folder and (words := plain_words(text.text, longest))
        )

    properties = ("project", "properties")
    by_name = {text.path[-1]: text for text in texts if text.path[:-1] == properties}
    java = next((by_name[name] for name in _JAVA if name in by_name and plain_version(by_name[name].text)), None)
    version = [Said(f"Version {each.text}", each.evidence) for each in said("version") if plain_version(each.text)]
    program = "./mvnw" if tree.has("mvnw") and not source.folder else "mvn"
    return ProjectFacts(
        name=said("artifactId", longest=80),
        purpose=said("description"),
        languages=(Pinned("Java", plain_version(java.text), source.line_proof(java.line)),) if java else (),
        frameworks=tuple(_dependencies(source, texts)),
        managers=(Pinned("Maven", "", there(source.path)),),
        commands=tuple(
            _jvm_commands(tree, source, program, {"build": "package -DskipTests", "test": "test"}, "-Dtest={}")
        ),
        folders=tuple(
            Described(text.text, "Maven module", source.line_proof(text.line))
            for text in texts
            if text.path == ("project", "modules", "module") and not source.folder and tree.has(f"{text.text}/pom.xml")
        ),
        versions=tuple(version),
    )


def _dependencies(source: SourceText, texts: list[XmlText]) -> Iterator[Pinned]:
    """Artifacts that people must know of; the version stands behind the name, in the same dependency."""
    for number, text in enumerate(texts):
        if text.path[-2:] == ("dependency", "artifactId") and text.text in JVM:
            following = texts[number + 1 : number + 4]
            own = next((each for each in following if each.path == (*text.path[:-1], "version")), None)
            is_own = own is not None and not any(each.path == text.path for each in following[: following.index(own)])
            yield Pinned(
                JVM[text.text], plain_version(own.text) if own and is_own else "", source.line_proof(text.line)
            )


def _jvm_commands(
    tree: ProjectTree, source: SourceText, program: str, goals: dict[CommandKind, str], one: str
) -> Iterator[Command]:
    needs = (source.path, *(("mvnw",) if program == "./mvnw" else ("gradlew",) if program == "./gradlew" else ()))
    for kind, goal in goals.items():
        yield Command(kind, in_folder(source.folder, f"{program} {goal}"), there(source.path), needs)
    test = first_test(tree, source.folder, "java")
    if (
        test is not None
        and (not source.folder or test.startswith(f"{source.folder}/src/"))
        and _is_of_root(test, source)
    ):
        name = test.rpartition("/")[2].removesuffix(".java")
        text = f"{program} {goals['test']} {one.format(name)}"
        yield Command("one_test", in_folder(source.folder, text), there(test), (*needs, test))


def _is_of_root(test: str, source: SourceText) -> bool:
    """Whether a test belongs to this build file itself and not to a module below it."""
    return test.removeprefix(f"{source.folder}/").startswith("src/")


def _gradle(tree: ProjectTree, source: SourceText) -> ProjectFacts:
    languages: list[Pinned] = []
    frameworks: list[Pinned] = []
    is_application = False
    for number, line in enumerate(source.lines, start=1):
        if found := _GRADLE_JAVA.search(line):
            languages.append(Pinned("Java", found["version"].replace("_", ".").rstrip("."), source.line_proof(number)))
        if (plugin := _GRADLE_PLUGIN.match(line)) and "application" in (plugin["id"], plugin["bare"]):
            is_application = True
        if "org.springframework.boot" in line and not frameworks:
            frameworks.append(Pinned("Spring Boot", "", source.line_proof(number)))
    program = "./gradlew" if tree.has("gradlew") and not source.folder else "gradle"
    goals: dict[CommandKind, str] = {"build": "assemble", "test": "test"}
    if is_application:
        goals["run"] = "run"
    return ProjectFacts(
        languages=tuple(languages[:1]),
        frameworks=tuple(frameworks),
        managers=(Pinned("Gradle", _wrapper_version(tree), there(source.path)),),
        commands=tuple(_jvm_commands(tree, source, program, goals, "--tests {}")),
    )


def _wrapper_version(tree: ProjectTree) -> str:
    wrapper = tree.read("gradle/wrapper/gradle-wrapper.properties")
    found = re.search(r"gradle-(\d[\d.]*)-", wrapper.text) if wrapper is not None else None
    return found[1] if found else ""


def _gradle_modules(tree: ProjectTree, source: SourceText) -> Iterator[Described]:
    for number, line in enumerate(source.lines, start=1):
        for found in _MODULE.finditer(line) if "include" in line else ():
            path = found["path"].replace(":", "/")
            if any(tree.has(f"{path}/{name}") for name in ("build.gradle", "build.gradle.kts")):
                yield Described(path, "Gradle module", source.line_proof(number))
