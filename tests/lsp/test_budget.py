"""The tokens of a day, used up: the model rests, the project's own code answers, and a person sees why."""

from pathlib import Path

from lsp_client import Json, LspClient
from scripted_answer import last_line as last
from scripted_answer import line, raw
from scripted_ollama import ScriptedOllama
from shop_workspace import APP, REST, app

USED_UP = "The budget of 10 tokens a day is used up. It begins anew at midnight, or raise holdfast.budget.tokensPerDay."


def popups(client: LspClient) -> list[Json]:
    return [params for name, params in client.notifications if name.startswith("window/showMessage")]


async def test_a_used_up_day_is_a_visible_halt_in_every_window(ollama: ScriptedOllama, workspace: Path) -> None:
    settings = {"endpoint": ollama.endpoint, "embedded": "off", "budget": {"tokensPerDay": 10}}
    async with LspClient(settings=settings) as client:
        await client.initialize(workspace)
        await client.wait_for_state("ready")
        client.open(app(workspace), APP)
        first = await client.complete(app(workspace), 4, 16)
        asked = len(ollama.generations)
        status = await client.wait_for("holdfast/status", lambda status: status["text"] == "budget reached")
        client.change(app(workspace), (4, 16), (4, 16), "x")
        second = await client.complete(app(workspace), 4, 17)
        told = await client.command("holdfast.explainSuggestion")

        assert [item["insertText"] for item in first] == [REST.partition("\n")[0]]
        assert second == []
        assert (told["reason"], told["remedy"]) == ("budget_reached", USED_UP)
        assert status["state"] == "offline"
        assert USED_UP in status["tooltip"]
        assert popups(client) == []
        assert len(ollama.generations) == asked

    async with LspClient(settings=settings) as window:
        await window.initialize(workspace)
        await window.wait_for("holdfast/status", lambda status: status["text"] == "budget reached")
        window.open(app(workspace), APP)
        assert await window.complete(app(workspace), 4, 16, kind=1) == []
        raised = {**settings, "budget": {"tokensPerDay": 1_000_000}}
        window.settings = raised
        window.notify("workspace/didChangeConfiguration", {"settings": {"holdfast": raised}})
        await window.wait_for_state("ready")
        assert await window.complete(app(workspace), 4, 16, kind=1) != []


async def test_a_weak_suggestion_is_no_suggestion_and_says_so(ollama: ScriptedOllama, workspace: Path) -> None:
    scored = [
        line({"response": text, "done": False, "logprobs": [{"token": text, "logprob": logprob}]})
        for text, logprob in (("polite", -4.0), ("ly(", -0.1), ('"World"))', -0.1))
    ]
    ollama.generate_with(raw(*scored, last()))
    async with LspClient(settings={"endpoint": ollama.endpoint, "embedded": "off"}) as client:
        await client.initialize(workspace)
        await client.wait_for_state("ready")
        client.open(app(workspace), APP)

        assert await client.complete(app(workspace), 4, 16) == []
        assert (await client.command("holdfast.explainSuggestion"))["reason"] == "low_confidence"
        client.change(app(workspace), (4, 16), (4, 16), "politely")
        shown = await client.complete(app(workspace), 4, 24)
        assert [item["insertText"] for item in shown] == ['("World"))']
