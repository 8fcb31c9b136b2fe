"""The README of a dataset, after Gebru et al., "Datasheets for Datasets" (Communications of the ACM 64, 2021)."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from holdfast import __version__
from holdfast.dataset.conversation import MOST_CHARACTERS
from holdfast.inference.readable import readable
from holdfast.redaction.redactor import RULES_VERSION


@dataclass(slots=True)
class Contents:
    """What is written, and what is not, counted while that happens. `languages` and `kinds` count pairs."""

    pairs: int = 0
    files: int = 0
    conversations: int = 0
    messages: int = 0
    languages: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    tools: Counter[str] = field(default_factory=Counter)
    redactions: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    known: set[bytes] = field(default_factory=set)
    """Digests of what is there already."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where it is from. `licences` are the names of the project's licence files, `seed` chose the pairs."""

    repository: str
    layout: str
    fields: str
    seed: int
    licences: tuple[str, ...]
    made_on: str
    has_sessions: bool


def write_datasheet(origin: Origin, contents: Contents) -> str:
    """The whole README, in Markdown."""
    conversations = (
        f"- `conversations.jsonl`: {counted(contents.conversations, 'session')} with {counted(contents.messages, 'message')}"
        f" ({_listed(contents.tools)}), one JSON object a line: `messages` (a list of `role` and `content`), `session`, `tool`."
        if origin.has_sessions
        else "- No conversations: they were not asked for."
    )
    return f"""# Dataset of {readable(origin.repository)}

Made by Holdfast {__version__} on {origin.made_on}, on the machine of whoever works on it. Holdfast has sent nothing of it anywhere.

## Motivation

To fine-tune a completion model on one project's own code (LoRA or the like), and a chat model on how it is worked on.

## Composition

- `fill_in_the_middle.jsonl`: {counted(contents.pairs, "pair")} from {counted(contents.files, "file")}, one JSON object a line; format
  “{origin.layout}”. {origin.fields}; and `repo`, `path`, `line`, `language`, `kind`.
{conversations}

By language: {_listed(contents.languages)}.
By kind of the part to fill in: {_listed(contents.kinds)}.

Left out: {_listed(contents.skipped)}.

Not in it: files that git ignores or `.holdfastignore` names, files that hold secrets by their name or content, binary,
generated, minified and vendored files, links, files over 1 MB, languages without a grammar, prose and data files; what
tools were asked and printed in a session; sessions that were forgotten, parts marked `<private>`, sessions of other
projects and of teammates.

## Collection

The files as they were in the working tree, also where they were not committed.{" The sessions are the ones in Holdfast's log." if origin.has_sessions else ""}

## Preprocessing

- Secrets were replaced by marks such as `[REDACTED:rule:1a2b3c4d]` (rules version {RULES_VERSION}) before anything was cut:
  {_listed(contents.redactions)}. In conversations also e-mail addresses and phone numbers. Rules do not find everything:
  look through it before you pass it on.
- Each pair leaves out one part of the syntax tree (a function's body, a statement, a call's arguments); at most 6,000 bytes
  stand before it and 2,000 after it. The sample depends on seed {origin.seed} and the files alone.
- Files that are equal are cut once, and pairs whose part and nearest surroundings are equal are there once; so are
  sessions in which the same was said. Of each session at most {MOST_CHARACTERS:,} characters are taken, from its beginning.
- Line ends are LF.

## Uses

For training and evaluation on this project. Split by `path`, not by line: pairs of one file overlap. Parts of one
repository say little about others.

## Distribution and licence

{_licences(origin.licences)}

## Maintenance

None: make it again with `holdfast export-dataset`. The same files, seed and version give the same pairs; marks in the place
of secrets are those of one machine, or of all that share their session logs.
"""


def counted(number: int, noun: str) -> str:
    """`1 pair`, `2,000 pairs`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _licences(names: tuple[str, ...]) -> str:
    if not names:
        return "The project has no licence file: without one, nobody but its authors may pass its code on."
    listed = ", ".join(f"`{readable(name)}`" for name in names)
    return f"The code is under the project's licence ({listed}); it holds for this dataset too."


def _listed(counts: Mapping[str, int]) -> str:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{name} {count:,}" for name, count in ordered) or "nothing"
