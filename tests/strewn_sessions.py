"""Claude Code's sessions that lie in several files: helpers, forks, sessions that go on elsewhere, copies."""

import json
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

MAIN: Final = "aaaaaaaa-1111-4111-8111-000000000001"
FORK: Final = "bbbbbbbb-1111-4111-8111-000000000002"
LATER_FORK: Final = "cccccccc-1111-4111-8111-000000000003"
GOES_ON: Final = "dddddddd-1111-4111-8111-000000000004"
LOST: Final = "eeeeeeee-1111-4111-8111-000000000005"
HELPERS_ALONE: Final = "ffffffff-1111-4111-8111-000000000006"


@dataclass(slots=True)
class _Lines:
    """The lines of one file, as its session writes them in `folder`."""

    session: str
    folder: Path
    branch: str = "main"
    is_helper: bool = False
    lines: list[dict[str, object]] = field(default_factory=list)

    def say(self, uuid: str, minute: int, role: str, text: str, **more: object) -> "_Lines":
        """A message; its parent is the one before it, where `more` does not say otherwise."""
        before = [str(line["uuid"]) for line in self.lines if "uuid" in line]
        line: dict[str, object] = {
            "type": role,
            "uuid": uuid,
            "parentUuid": before[-1] if before else None,
            "sessionId": self.session,
            "cwd": str(self.folder),
            "gitBranch": self.branch,
            "isSidechain": self.is_helper,
            "timestamp": f"2026-05-04T{9 + minute // 60:02}:{minute % 60:02}:00.000Z",
            "message": {"role": role, "content": text},
        }
        self.lines.append({**line, **more})
        return self

    def tell(self, kind: str, **more: object) -> "_Lines":
        """A record without a place in the conversation."""
        self.lines.append({"type": kind, "sessionId": self.session, **more})
        return self

    def written(self) -> bytes:
        """The file."""
        return "".join(f"{json.dumps(line)}\n" for line in self.lines).encode()


def strewn(root: Path) -> dict[str, bytes]:
    """The files, by their paths under the folder `projects`; two repositories are made under `root` for them."""
    shop, tools = repository(root / "shop"), repository(root / "tools")
    main = _Lines(MAIN, shop).say("a-1", 0, "user", "We decided to use integers for prices. Port the parser.")
    main.say("a-2", 1, "assistant", "I ask a helper.").say("a-3", 9, "user", "Or rather in Zig.", parentUuid="a-1")
    main.tell("custom-title", customTitle="The parser")
    main.branch = "zig"
    main.say("a-4", 10, "assistant", "It is TODO: the tests of the parser.", parentUuid="a-2")
    main.say("a-5", 11, "user", "No, never use floats for prices.").tell("ai-title", aiTitle="Made up")
    main.tell("custom-title", customTitle="The parser, ported").tell("odd-record", note="nobody knows it")

    helper = _Lines(MAIN, tools, "other", is_helper=True).say("h-1", 2, "user", "Find the callers of parse()")
    helper.say("h-2", 3, "assistant", "There are two.").tell("odd-record", note="of a helper").say(
        "h-3", 12, "assistant", "And a third one, kumquat."
    )
    beside = _Lines(MAIN, shop, "main", is_helper=True).say("g-1", 4, "user", "Count the lines")
    beside.say("g-2", 5, "assistant", "1,204 lines.")

    fork = _forked(_Lines(FORK, shop), main, ("a-1", "a-2", "a-4"))
    fork.say("b-1", 20, "user", "Try it with kumquat.").say("b-2", 21, "assistant", "Done.")
    later = _forked(_Lines(LATER_FORK, shop), main, ("a-1", "a-3"))
    later.say("c-1", 30, "user", "What about decimals?")

    goes_on = _Lines(LOST, shop, "lost").say("e-1", 40, "user", "We agreed to keep the old names.")
    goes_on.say("e-2", 41, "assistant", "They stay.")
    goes_on.session, goes_on.branch = GOES_ON, "found"
    goes_on.say("d-1", 50, "user", "Go on.").say("d-2", 51, "assistant", "I do.")

    first = _Lines(HELPERS_ALONE, tools, "b", is_helper=True).say("f-1", 60, "user", "Read the docs")
    second = _Lines(HELPERS_ALONE, shop, "a", is_helper=True).say("f-2", 61, "assistant", "Read.")
    return {
        f"-shop/{MAIN}.jsonl": main.written(),
        f"-shop/{MAIN}/subagents/agent-1.jsonl": helper.written(),
        "-shop/agent-2.jsonl": beside.written(),
        f"-shop/{FORK}.jsonl": fork.written(),
        f"-shop/{LATER_FORK}.jsonl": later.written(),
        f"-shop/{GOES_ON}.jsonl": goes_on.written(),
        f"-shop/{HELPERS_ALONE}/subagents/agent-3.jsonl": first.written(),
        f"-shop/{HELPERS_ALONE}/subagents/agent-4.jsonl": second.written(),
        f"-copied/{MAIN}.jsonl": main.written(),
        f"-copied/{MAIN}/subagents/agent-1.jsonl": helper.written(),
        f"-copied/{FORK}.jsonl": fork.written(),
    }


def _forked(fork: _Lines, origin: _Lines, uuids: tuple[str, ...]) -> _Lines:
    for line in origin.lines:
        if line.get("uuid") in uuids:
            source = {"sessionId": origin.session, "messageUuid": line["uuid"]}
            copy = {**line, "uuid": f"{fork.session[:4]}-{line['uuid']}", "sessionId": fork.session}
            fork.lines.append({**copy, "forkedFrom": source, "parentUuid": None})
    return fork


def repository(folder: Path) -> Path:
    """A repository whose project everybody knows by its origin."""
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    url = f"https://example.org/{folder.name}.git"
    subprocess.run(["git", "-C", str(folder), "config", "remote.origin.url", url], check=True)
    return folder
