"""composer.json."""

from collections.abc import Iterator

from holdfast.manifest.project_facts.fact import Command, Pinned, ProjectFacts, Said
from holdfast.manifest.project_facts.known_frameworks import PHP
from holdfast.manifest.project_facts.plain_text import plain_version, plain_words
from holdfast.manifest.project_facts.project_tree import ProjectTree, SourceText, there
from holdfast.manifest.project_facts.structured_text import Table, json_table, table, text_at
from holdfast.manifest.project_facts.task_names import in_folder, is_plain_name, known_tasks
from holdfast.manifest.project_facts.test_places import first_test


def read_composer(tree: ProjectTree) -> ProjectFacts:
    """What the project's composer.json files say."""
    facts = ProjectFacts()
    for source in tree.texts("composer.json"):
        document = json_table(source)
        if document:
            facts += _facts(tree, source, document)
    return facts


def _facts(tree: ProjectTree, source: SourceText, document: Table) -> ProjectFacts:
    required = {**table(document.get("require")), **table(document.get("require-dev"))}
    php = plain_version(required.get("php"))
    name, said = plain_words(text_at(document, "name"), 80), plain_words(text_at(document, "description"))
    is_root = not source.folder
    return ProjectFacts(
        name=(Said(name, source.proof('"name"')),) if name and is_root else (),
        purpose=(Said(said, source.proof('"description"')),) if said and is_root else (),
        languages=(Pinned("PHP", php, source.proof('"require', '"php"')),) if php else (),
        frameworks=tuple(
            Pinned(PHP[package], plain_version(version), source.proof('"require', f'"{package}"'))
            for package, version in required.items()
            if package in PHP
        ),
        managers=(Pinned("Composer", "", there(source.path)),),
        commands=tuple(_commands(tree, source, document, required)),
    )


def _commands(tree: ProjectTree, source: SourceText, document: Table, required: Table) -> Iterator[Command]:
    scripts = [name for name in table(document.get("scripts")) if is_plain_name(name)]
    for kind, name in known_tasks(scripts, without=("setup",)):
        text = in_folder(source.folder, f"composer run {name}")
        yield Command(kind, text, source.proof('"scripts"', f'"{name}"'), (source.path,))
    if "phpunit/phpunit" in required and any(map(tree.has, ("phpunit.xml", "phpunit.xml.dist"))):
        proof = source.proof('"phpunit/phpunit"')
        if "test" not in scripts:
            yield Command("test", "composer exec phpunit", proof, (source.path,))
        test = first_test(tree, "", "php")
        if test is not None:
            yield Command("one_test", f"composer exec phpunit {test}", proof, (test,))
