"""Two machines that come to share from their editors, over LSP: each its own data directory, one folder between them."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from holdfast.locations import Locations
from holdfast.sessions.log.history import open_history
from lsp_client import Json, LspClient
from shop_workspace import make_shop


@asynccontextmanager
async def window(base: Path, machine: str) -> AsyncIterator[LspClient]:
    places = {"HOLDFAST_DATA_DIR": str(base / machine), "HOLDFAST_CACHE_DIR": str(base / f"{machine} cache")}
    async with LspClient(settings={"endpoint": "http://127.0.0.1:9"}, environment=places) as client:
        await client.initialize(make_shop(base / f"{machine} shop"))
        yield client


async def share(client: LspClient, **argument: str) -> Json:
    answer = await client.command("holdfast.shareSessionLogs", argument)
    assert isinstance(answer, dict)
    return answer


async def test_two_machines_are_paired_and_share_from_their_editors(tmp_path: Path) -> None:
    folder = str(tmp_path / "shared")
    async with window(tmp_path, "desk") as desk, window(tmp_path, "laptop") as laptop:
        untouched = await share(desk)
        offered = await share(desk, folder=folder)
        wrong = await share(desk, proof="000000")
        offered_again = await share(desk)
        begun = await share(desk, proof=offered_again["recovery"][-6:])
        await desk.command("holdfast.recordDecision", {"text": "Amounts are integers in cents"})
        waiting = await share(laptop, folder=folder)
        paired = await desk.command("holdfast.pairMachine", {"code": waiting["code"]})
        admission = await share(laptop)
        admitted = await share(laptop, confirmed=admission["confirmation"])
        sent = await desk.command("holdfast.syncNow")
        received = await laptop.command("holdfast.syncNow")
        found = await laptop.command("holdfast.searchSessions", {"query": "cents"})
        status = await share(laptop)

    assert untouched == {"state": "not_set_up"}
    assert (offered["state"], offered_again["state"]) == ("recovery", "recovery")
    assert offered["recovery"] != offered_again["recovery"]
    assert wrong["error"].startswith("Nothing was made")
    assert (begun["state"], waiting["state"], admission["state"]) == ("begun", "waiting", "admission")
    assert paired["confirmation"] == admission["confirmation"]
    assert admitted["state"] == "admitted"
    assert sent["sent"] > 0
    assert received["received"] > 0
    assert [hit["detail"] for hit in found["hits"]] == ["Amounts are integers in cents"]
    assert status["state"] == "member"
    assert "**this machine**" not in status["markdown"]
    assert "last heard of" in status["markdown"]


async def test_what_cannot_be_done_is_said(tmp_path: Path) -> None:
    async with window(tmp_path, "desk") as desk:
        sync = await desk.command("holdfast.syncNow")
        pair = await desk.command("holdfast.pairMachine", {"code": "ABCD"})
        inside = await share(desk, folder=str(Path(__file__).parent))
        proof = await share(desk, proof="abcdef", folder=str(tmp_path / "shared"))

    assert sync["error"] == "Sharing is not set up on this machine."
    assert pair["error"] == "Sharing is not set up on this machine."
    assert "error" in inside
    assert proof["error"] == "There is no recovery key to prove."


async def test_what_was_recorded_here_has_no_text_in_the_shared_folder(tmp_path: Path) -> None:
    async with window(tmp_path, "desk") as desk:
        offered = await share(desk, folder=str(tmp_path / "shared"))
        await share(desk, proof=offered["recovery"][-6:])
        await desk.command("holdfast.recordDecision", {"text": "The swordfish swims at midnight"})
    with open_history(Locations(tmp_path / "desk", tmp_path / "desk cache").sessions_db) as history:
        assert history is not None
        recorded = [json.loads(entry.body)["kind"] for one in history.sessions() for entry in history.entries(one.id)]

    assert "decision" in recorded
    shared = [file.read_bytes() for file in (tmp_path / "shared").rglob("*") if file.is_file()]
    assert not [data for data in shared if b"swordfish" in data]
