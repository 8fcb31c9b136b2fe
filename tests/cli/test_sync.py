"""`holdfast sync` as programs and people meet it, beside what docs/sharing.md shows."""

import json
import sys
from pathlib import Path

from cli_process import Ran, holdfast, holdfast_at_once
from holdfast.sessions.entries.entry import Draft
from holdfast.sessions.identity.device import load_device
from holdfast.sessions.log.store import SessionLog
from sessions_fixture import rows
from typed_terminal import type_command

SESSION = "01932f2e-9c00-7abc-8def-0123456789ab"


def environment(base: Path, machine: str) -> dict[str, str]:
    return {
        "HOLDFAST_DATA_DIR": str(base / machine),
        "HOLDFAST_CACHE_DIR": str(base / f"{machine} cache"),
        "COLUMNS": "200",
    }


def run(base: Path, machine: str, *arguments: str) -> Ran:
    return holdfast("sync", *arguments, cwd=base, environment=environment(base, machine))


def record(data: Path, text: str) -> None:
    log = SessionLog(data / "sessions.db")
    log.append(
        load_device(data).id,
        SESSION,
        None,
        [Draft(1_795_000_000_000, "msg", ({"type": "text", "text": text},), "user")],
    )
    log.close()


def test_a_machine_is_revoked_and_all_that_are_lost_are_replaced_by_the_recovery_key(tmp_path: Path) -> None:
    shared = str(tmp_path / "shared")
    record(tmp_path / "desk", "said before the fire")
    begun = json.loads(run(tmp_path, "desk", "setup", "--folder", shared, "--name", "desk", "--yes", "--json").out)
    preview = json.loads(run(tmp_path, "desk", "preview", "--json").out)
    code = json.loads(run(tmp_path, "laptop", "setup", "--folder", shared, "--name", "laptop", "--json").out)["code"]
    approved = json.loads(run(tmp_path, "desk", "approve", code, "--yes", "--json").out)
    admitted = json.loads(run(tmp_path, "laptop", "setup", "--yes", "--json").out)
    revoked = run(tmp_path, "desk", "revoke", "laptop", "--yes", "--json")
    shut_out, sent = run(tmp_path, "laptop", "now"), run(tmp_path, "desk", "now", "--json")
    new = type_command(
        [sys.executable, "-m", "holdfast", "sync", "setup", "--folder", shared, "--recover", "--name", "new"],
        lambda _: str(begun["recovery"]),
        cwd=tmp_path,
        environment=environment(tmp_path, "new"),
    )
    (tmp_path / "shared").rename(tmp_path / "unplugged")
    status = run(tmp_path, "new", "status", "--json")
    found = json.loads(status.out)

    assert (preview["entries"], [one["id"] for one in preview["sessions"]]) == (1, [SESSION])
    assert (approved["device"], admitted["by"]) == ("laptop", "desk")
    assert approved["confirmation"] == admitted["confirmation"]
    assert json.loads(revoked.out) == {"revoked": "laptop"}
    assert (shut_out.code, "was shut out by another device" in shut_out.err) == (1, True)
    assert json.loads(sent.out) == {"sent": 1, "received": 0, "parked": []}
    assert (new.code, "Recovered: 1 entries are here." in new.screen) == (0, True)
    assert [
        str(body).count("said before the fire")
        for (body,) in rows(tmp_path / "new" / "sessions.db", "SELECT body FROM entry")
    ] == [1]
    assert {one["name"]: one["standing"] for one in found["devices"]} == {
        "desk": "own",
        "laptop": "revoked",
        "new": "own",
    }
    assert "is not there" in found["places"][0]["away"]


def test_what_cannot_be_a_place_is_refused_and_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").write_bytes(b"cat")
    refused = {
        "Give --folder DIR or --git URL.": ("sync", "setup", "--yes"),
        "cat.jpg": ("sync", "setup", "--folder", "photos", "--yes"),
        "Make an empty private repository": ("sync", "setup", "--git", "/nowhere/at/all.git", "--yes"),
        "Everybody who can read": ("sync", "setup", "--git", "git@example.org:you/x.git"),
    }
    ran = holdfast_at_once(*refused.values(), cwd=tmp_path, environment=environment(tmp_path, "desk"))

    assert [one.code for one in ran] == [2, 1, 1, 2]
    assert [said in one.err for said, one in zip(refused, ran, strict=True)] == [True] * 4
    assert not (tmp_path / "desk" / "sharing" / "setup.json").exists()


def test_without_a_terminal_no_vault_is_begun_unless_yes(tmp_path: Path) -> None:
    ran = run(tmp_path, "desk", "setup", "--folder", "new")

    assert (ran.code, "Type the last six characters of the recovery key" in ran.err) == (2, True)
    assert not (tmp_path / "desk" / "vault").exists()
