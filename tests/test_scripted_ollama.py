"""The scripted server as a process, as tests of whole programs and of the editor use it."""

import json
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from scripted_ollama import ScriptedOllama


def post(url: str, body: dict[str, object]) -> list[dict[str, object]]:
    request = urllib.request.Request(f"{url}/api/generate", json.dumps(body).encode())  # noqa: S310 - a loopback URL
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as answer:
        return [dict(json.loads(line)) for line in answer]


def test_it_runs_as_a_process_and_records_what_it_was_asked(tmp_path: Path) -> None:
    record = tmp_path / "requests.jsonl"
    script = Path(__file__).with_name("scripted_ollama.py")
    arguments = [sys.executable, str(script), "--answer", "return a + b", "--model", "mine:1b", "--record", str(record)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        lines = post(url, {"model": "mine:1b", "prompt": "p", "raw": True, "options": {"num_predict": 2}})
        process.send_signal(signal.SIGTERM)

    assert ([line["response"] for line in lines], lines[-1]["done_reason"]) == (["return", " a", ""], "length")
    assert [json.loads(line) for line in record.read_text().splitlines()] == [
        {
            "method": "POST",
            "path": "/api/generate",
            "body": {"model": "mine:1b", "prompt": "p", "raw": True, "options": {"num_predict": 2}},
            "ending": "complete",
        }
    ]
    assert process.returncode == 0


def test_the_text_ends_before_a_stop_string() -> None:
    with ScriptedOllama() as ollama:
        ollama.generate_with("a = 1<|endoftext|>b")
        lines = post(
            ollama.endpoint, {"model": ollama.models[0].name, "prompt": "", "options": {"stop": ["<|endoftext|>"]}}
        )

    assert "".join(str(line["response"]) for line in lines) == "a = 1"


def test_a_callable_sees_the_prompt_and_each_script_answers_once() -> None:
    with ScriptedOllama() as ollama:
        ollama.generate_with("first", lambda request: str(request.body["prompt"]).upper())
        name = ollama.models[0].name
        answers = [post(ollama.endpoint, {"model": name, "prompt": prompt}) for prompt in ("a", "b", "c")]

        assert ["".join(str(line["response"]) for line in lines) for lines in answers] == ["first", "B", "C"]
        assert ollama.prompts == ["a", "b", "c"]


def test_a_port_that_is_taken_is_an_error() -> None:
    with ScriptedOllama() as ollama, pytest.raises(OSError, match="address already in use"):
        ScriptedOllama(port=ollama.port).start()


def test_after_a_stop_it_listens_on_the_same_port_again() -> None:
    with ScriptedOllama() as ollama:
        name, port = ollama.models[0].name, ollama.port
        ollama.stop()
        ollama.start()
        post(ollama.endpoint, {"model": name, "prompt": "again"})

        assert (ollama.port, ollama.prompts) == (port, ["again"])
