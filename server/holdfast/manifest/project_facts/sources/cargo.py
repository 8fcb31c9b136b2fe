"""Cargo.toml, rust-toolchain and Cargo's lints."""

import re
from collections.abc import Iterator
from typing import Final

from holdfast.manifest.project_facts.fact import Command, CommandKind, Described, Pinned, ProjectFacts, Said
from holdfast.manifest.project_facts.known_frameworks import RUST
from holdfast.manifest.project_facts.plain_text import plain_version, plain_words
from holdfast.manifest.project_facts.project_tree import ProjectTree, SourceText, there
from holdfast.manifest.project_facts.structured_text import Table, at, table, text_at, texts_at, toml_table
from holdfast.manifest.project_facts.task_names import in_folder
from holdfast.manifest.project_facts.test_places import test_files

_TEST: Final = re.compile(r"#\[(?:tokio::)?test\]\s*(?:#\[[^\]]*\]\s*)*(?:async )?fn (?P<name>\w+)\(")


def read_cargo(tree: ProjectTree) -> ProjectFacts:
    """What the project's Cargo.toml files say."""
    facts = ProjectFacts()
    for source in tree.texts("Cargo.toml"):
        document = toml_table(source)
        if "package" in document or "workspace" in document:
            facts += _facts(tree, source, document)
    return facts


def _facts(tree: ProjectTree, source: SourceText, document: Table) -> ProjectFacts:
    package = table(document.get("package")) or table(at(document, "workspace", "package"))
    is_root = not source.folder
    name, said = plain_words(text_at(package, "name"), 80), plain_words(text_at(package, "description"))
    version = plain_version(text_at(package, "version")) if is_root else ""
    rust, edition = plain_version(text_at(package, "rust-version")), plain_version(text_at(package, "edition"))
    languages = [Pinned("Rust", f">={rust}", source.key_proof("rust-version"))] if rust else []
    if edition and not rust:
        languages.append(Pinned("Rust", f"edition {edition}", source.key_proof("edition")))
    return ProjectFacts(
        name=(Said(name, source.key_proof("name", "package]")),) if name and is_root else (),
        purpose=(Said(said, source.key_proof("description", "package]")),) if said and is_root else (),
        languages=tuple(languages),
        frameworks=tuple(_frameworks(source, document)),
        managers=(Pinned("Cargo", "", there(source.path)),),
        commands=tuple(_commands(tree, source, document)),
        folders=tuple(_members(tree, source, document)),
        versions=(Said(f"Version {version}", source.key_proof("version", "package]")),) if version else (),
    )


def _frameworks(source: SourceText, document: Table) -> Iterator[Pinned]:
    for section in (table(document.get("dependencies")), table(at(document, "workspace", "dependencies"))):
        for name, given in section.items():
            version = plain_version(given if isinstance(given, str) else text_at(given, "version"))
            if name in RUST:
                proof = source.proof("dependencies", name)
                yield Pinned(RUST[name], version, proof)


def _commands(tree: ProjectTree, source: SourceText, document: Table) -> Iterator[Command]:
    def command(kind: CommandKind, text: str, path: str = "") -> Command:
        proof = there(path) if path else source.proof("[package]") if package else source.proof("[workspace]")
        return Command(kind, in_folder(source.folder, text), proof, (source.path, *([path] if path else [])))

    package = "package" in document
    everything = " --workspace" if "workspace" in document else ""
    yield command("build", f"cargo build{everything}")
    yield command("test", f"cargo test{everything}")
    root = f"{source.folder}/" if source.folder else ""
    tests = [
        path
        for path in test_files(tree, source.folder, "rust")
        if re.fullmatch(r"tests/\w+\.rs", path.removeprefix(root))
    ]
    for path in tests:
        text = tree.read(path)
        if package and text is not None and _TEST.search(text.text):
            yield command("one_test", f"cargo test --test {path.rpartition('/')[2].removesuffix('.rs')}", path)
            break
    if package and tree.has(f"{root}src/main.rs"):
        yield command("run", "cargo run", f"{root}src/main.rs")
    for names, line in (
        (("clippy.toml", ".clippy.toml"), "cargo clippy"),
        (("rustfmt.toml", ".rustfmt.toml"), "cargo fmt"),
    ):
        for path in tree.named(*names)[:1]:
            yield command("lint", line, path)


def _members(tree: ProjectTree, source: SourceText, document: Table) -> Iterator[Described]:
    root = f"{source.folder}/" if source.folder else ""
    for member in texts_at(document, "workspace", "members")[:12]:
        path = f"{root}{member.strip('/')}"
        if tree.has(f"{path}/Cargo.toml"):
            yield Described(path, "crate of the workspace", source.proof("members", member))
