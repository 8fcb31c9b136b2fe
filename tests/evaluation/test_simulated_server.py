import asyncio
import json
from contextlib import aclosing

import httpx

from holdfast.evaluation.simulated_server import SimulatedServer
from holdfast.evaluation.virtual_time import run_virtually
from holdfast.inference.endpoint import parse_endpoint
from holdfast.inference.model_server import Finished, GenerateRequest, Piece
from holdfast.inference.ollama.client import OllamaServer

PROMPT = "<|fim_prefix|>" + "x" * 7950 + "<|fim_suffix|>" + "end" + "<|fim_middle|>"


async def say(client: OllamaServer, prompt: str, num_predict: int = 64, at_most: float = 1e6) -> tuple[str, str, float]:
    """(text, why it ended, virtual seconds it took)."""
    began, text, reason = asyncio.get_running_loop().time(), "", "closed"
    async with aclosing(client.generate(GenerateRequest("m", prompt, num_predict, 4096))) as stream:
        async for item in stream:
            if isinstance(item, Piece):
                text += item.text
            elif isinstance(item, Finished):
                reason = item.reason
            if asyncio.get_running_loop().time() - began > at_most:
                break
    return text, reason, round(asyncio.get_running_loop().time() - began, 2)


def client_of(server: SimulatedServer) -> OllamaServer:
    return OllamaServer(parse_endpoint("localhost"), timeout_ms=600_000, transport=server)


def test_it_reads_what_is_new_and_says_what_the_model_says() -> None:
    server = SimulatedServer(lambda prefix, suffix: f"{len(prefix)} {suffix} " + "y" * 72)

    async def main() -> list[tuple[str, str, float]]:
        client = client_of(server)
        answers = [await say(client, PROMPT), await say(client, PROMPT)]
        await client.aclose()
        return answers

    cold, warm = run_virtually(main())
    assert cold == ("7950 end " + "y" * 72, "stop", 1.2)
    assert warm == (cold[0], "stop", 0.2)
    assert (server.meter.requests, server.meter.prefilled_bytes) == (2, len(PROMPT))


def test_a_token_limit_ends_an_answer() -> None:
    server = SimulatedServer(lambda _, __: "y" * 100)

    async def main() -> tuple[str, str, float]:
        client = client_of(server)
        answer = await say(client, PROMPT, num_predict=3)
        await client.aclose()
        return answer

    assert run_virtually(main())[:2] == ("y" * 12, "length")


def test_characters_of_several_bytes_arrive_whole() -> None:
    server = SimulatedServer(lambda _, __: "é漢\U0001f600" * 9)

    async def main() -> str:
        client = client_of(server)
        text = (await say(client, PROMPT))[0]
        await client.aclose()
        return text

    assert run_virtually(main()) == "é漢\U0001f600" * 9


def test_a_closed_connection_frees_the_slot_and_what_was_said_stays_read() -> None:
    server = SimulatedServer(lambda _, __: "y" * 4000)

    async def main() -> float:
        client = client_of(server)
        await say(client, PROMPT, 1000, at_most=1.5)
        seconds = (await say(client, PROMPT + "z" * 800, 1))[2]
        await client.aclose()
        return seconds

    assert run_virtually(main()) < 0.3
    assert (server.meter.primings, server.meter.primed_bytes) == (1, 800)


def test_an_unknown_address_is_not_found() -> None:
    async def main() -> tuple[int, object]:
        async with httpx.AsyncClient(transport=SimulatedServer(lambda _, __: "")) as client:
            answer = await client.get("http://localhost/api/nothing")
            return answer.status_code, json.loads(answer.text)

    assert run_virtually(main()) == (404, {"error": "not found"})
