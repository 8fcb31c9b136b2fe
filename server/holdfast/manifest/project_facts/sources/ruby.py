"""Gemfile, gemspec, Rakefile."""

import re
from collections.abc import Iterator
from typing import Final

from holdfast.manifest.project_facts.fact import Command, CommandKind, Evidence, Pinned, ProjectFacts, Said
from holdfast.manifest.project_facts.known_frameworks import RUBY
from holdfast.manifest.project_facts.plain_text import plain_version, plain_words
from holdfast.manifest.project_facts.project_tree import ProjectTree, SourceText, there
from holdfast.manifest.project_facts.task_names import is_plain_name, known_tasks
from holdfast.manifest.project_facts.test_places import first_test

_GEM: Final = re.compile(
    r"^\s*(?:gem|\w+\.add(?:_\w+)?_dependency)[ (]+[\"'](?P<name>[\w-]+)[\"'](?:\s*,\s*[\"'](?P<version>[^\"']+)[\"'])?"
)
_RUBY: Final = re.compile(
    r"^\s*ruby[ (]+[\"'](?P<version>[^\"']+)[\"']|required_ruby_version\s*=\s*(?:[\w:.(\s]*)[\"'](?P<spec>[^\"']+)[\"']"
)
_SPEC: Final = re.compile(r"\.(?P<key>name|summary)\s*=\s*[\"'](?P<words>[^\"']+)[\"']")
_TASK: Final = re.compile(r"^\s*(?:task|Rake::TestTask\.new|RSpec::Core::RakeTask\.new)[ (]+:?[\"']?(?P<name>\w+)")


def read_ruby(tree: ProjectTree) -> ProjectFacts:
    """What these files at the root say."""
    specs = [path for path in tree.files if "/" not in path and path.endswith(".gemspec")]
    sources = [text for path in ("Gemfile", *specs[:1]) if (text := tree.read(path)) is not None]
    facts = ProjectFacts()
    for source in sources:
        facts += _gems(source)
    rakefile = tree.read("Rakefile")
    if sources:
        facts += ProjectFacts(managers=(Pinned("Bundler", "", there(sources[0].path)),))
    return facts + ProjectFacts(commands=tuple(_commands(tree, rakefile, facts.frameworks)))


def _gems(source: SourceText) -> ProjectFacts:
    frameworks: list[Pinned] = []
    languages: list[Pinned] = []
    names: list[Said] = []
    purposes: list[Said] = []
    for number, line in enumerate(source.lines, start=1):
        proof = source.line_proof(number)
        if (gem := _GEM.match(line)) and gem["name"] in RUBY:
            frameworks.append(Pinned(RUBY[gem["name"]], plain_version(gem["version"] or ""), proof))
        if ruby := _RUBY.search(line):
            languages.append(Pinned("Ruby", plain_version(ruby["version"] or ruby["spec"]), proof))
        if spec := _SPEC.search(line):
            (names if spec["key"] == "name" else purposes).append(Said(plain_words(spec["words"]), proof))
    return ProjectFacts(
        name=tuple(names[:1]),
        purpose=tuple(purposes[:1]),
        languages=tuple(languages[:1]),
        frameworks=tuple(frameworks),
    )


def _commands(tree: ProjectTree, rakefile: SourceText | None, gems: tuple[Pinned, ...]) -> Iterator[Command]:
    if rakefile is not None:
        tasks: dict[str, Evidence] = {}
        for number, line in enumerate(rakefile.lines, start=1):
            found = _TASK.match(line)
            if found and is_plain_name(found["name"]):
                tasks.setdefault(found["name"], rakefile.line_proof(number))
        for kind, name in known_tasks(tasks):
            yield Command(kind, f"bundle exec rake {name}", tasks[name], ("Rakefile",))
    runners: tuple[tuple[str, CommandKind, str], ...] = (
        ("RSpec", "test", "bundle exec rspec"),
        ("RuboCop", "lint", "bundle exec rubocop"),
        ("Rails", "run", "bin/rails server"),
    )
    for gem, kind, text in runners:
        for pinned in gems:
            if pinned.name == gem and (not text.startswith("bin/") or tree.has("bin/rails")):
                yield Command(kind, text, pinned.evidence, ("bin/rails",) if text.startswith("bin/") else ())
                break
    spec = first_test(tree, "spec", "ruby")
    if spec is not None and any(pinned.name == "RSpec" for pinned in gems):
        yield Command("one_test", f"bundle exec rspec {spec}", there(spec), (spec,))
