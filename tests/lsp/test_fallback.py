"""A second server that answers for the first says so wherever a person looks."""

from pathlib import Path

from lsp_client import LspClient
from scripted_answer import refusal, stream
from scripted_ollama import ScriptedOllama
from scripted_openai import ScriptedOpenAi, refused
from shop_workspace import APP, REST, app

MODEL = "qwen2.5-coder:1.5b-base"


async def test_an_answer_of_the_fallback_is_named_in_the_explanation_and_in_the_status_bar(
    ollama: ScriptedOllama, workspace: Path
) -> None:
    with ScriptedOllama() as second:
        second.generate_with(stream(REST))
        ollama.generate_with(refusal(503, "server busy, please try again."))
        fallback = {"endpoint": second.endpoint, "model": MODEL, "when": ["failed"]}
        async with LspClient(settings={"endpoint": ollama.endpoint, "embedded": "off", "fallback": fallback}) as client:
            await client.initialize(workspace)
            await client.wait_for_state("ready")
            client.open(app(workspace), APP)
            items = await client.complete(app(workspace), 4, 16)
            told = await client.command("holdfast.explainSuggestion")
            status = await client.wait_for("holdfast/status", lambda status: "fallback" in status["text"])

            assert [item["insertText"] for item in items] == [REST.partition("\n")[0]]
            assert (told["engine"], told["model"], told["server"]) == (
                "model",
                f"{MODEL} (fallback)",
                second.endpoint,
            )
            assert status["model"] == f"{MODEL} (fallback)"


async def test_the_key_of_a_server_stands_in_no_log_and_in_no_answer(workspace: Path) -> None:
    key = "sk-secret-1"
    with ScriptedOpenAi() as server:
        server.complete_with(refused(401, f"Incorrect API key provided: {key}."))
        settings = {"endpoint": server.endpoint, "embedded": "off", "logLevel": "debug"}
        async with LspClient(settings=settings, environment={"HOLDFAST_API_KEY": key}) as client:
            await client.initialize(workspace)
            await client.wait_for_state("ready")
            client.open(app(workspace), APP)
            await client.complete(app(workspace), 4, 16)
            said = repr([await client.command("holdfast.explainSuggestion"), client.notifications])

        assert f"Bearer {key}" in [request.headers.get("authorization") for request in server.completions]
    assert "Incorrect API key provided" in said
    assert key not in said
