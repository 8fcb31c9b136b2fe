import json
from datetime import timedelta
from pathlib import Path

import pytest

from cli_process import holdfast
from holdfast.spending import Spending
from holdfast.usage.daily_sum import sum_of, today
from holdfast.usage.store import UsageStore
from scripted_answer import stream
from scripted_ollama import ScriptedOllama
from shop_workspace import REST

OLLAMA = "http://127.0.0.1:11434"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data directory with the usage of some days."""
    store = UsageStore(tmp_path / "data" / "usage.db")
    spendings = [
        (0, Spending(OLLAMA, "qwen2.5-coder:1.5b", "completion", 1200, 34, 12)),
        (0, Spending(OLLAMA, "qwen2.5-coder:1.5b", "priming", 800, 1)),
        (1, Spending("http://127.0.0.1:8080", "granite", "completion", 10, 2, is_fallback=True)),
        (9, Spending(OLLAMA, "qwen2.5-coder:1.5b", "completion", 5000, 5)),
    ]
    store.add([sum_of(spending, today() - timedelta(days=ago)) for ago, spending in spendings])
    store.close()
    return tmp_path / "data"


def test_usage_is_told_by_day_server_model_and_purpose(data: Path, tmp_path: Path) -> None:
    ran = holdfast("usage", "--json", cwd=tmp_path, environment={"HOLDFAST_DATA_DIR": str(data)})
    days = json.loads(ran.out)["days"]

    assert ran.code == 0
    assert [(day["day"], day["requests"], day["tokens"]) for day in days] == [
        (today().isoformat(), 2, 2035),
        ((today() - timedelta(days=1)).isoformat(), 1, 12),
    ]
    assert days[1]["by"] == [
        {
            "server": "http://127.0.0.1:8080",
            "model": "granite",
            "purpose": "completion",
            "fallback": True,
            "remote": False,
            "requests": 1,
            "prompt_tokens": 10,
            "generated_tokens": 2,
            "estimated_tokens": 0,
        }
    ]


@pytest.mark.parametrize(("days", "shown"), [("1", 1), ("7", 2), ("10", 3)])
def test_days_count_back_from_today(data: Path, tmp_path: Path, days: str, shown: int) -> None:
    ran = holdfast("usage", "--json", "--days", days, cwd=tmp_path, environment={"HOLDFAST_DATA_DIR": str(data)})

    assert len(json.loads(ran.out)["days"]) == shown


def test_a_person_reads_a_table_that_names_the_fallback_and_what_it_cost(data: Path, tmp_path: Path) -> None:
    ran = holdfast("usage", cwd=tmp_path, environment={"HOLDFAST_DATA_DIR": str(data)})

    assert "granite (fallback)" in ran.out
    assert "~1,234" in ran.out
    assert "2,035  in all" in ran.out
    assert "it cost nothing" in ran.out


def test_a_model_off_this_machine_is_not_called_free(tmp_path: Path) -> None:
    store = UsageStore(tmp_path / "data" / "usage.db")
    store.add([sum_of(Spending(OLLAMA, "big:cloud", "completion", 1, 1, is_remote=True), today())])
    store.close()
    ran = holdfast("usage", cwd=tmp_path, environment={"HOLDFAST_DATA_DIR": str(tmp_path / "data")})

    assert "big:cloud (off this machine)" in ran.out
    assert "cost nothing" not in ran.out


def test_where_nothing_was_asked_it_says_so(tmp_path: Path) -> None:
    environment = {"HOLDFAST_DATA_DIR": str(tmp_path / "none")}

    assert json.loads(holdfast("usage", "--json", cwd=tmp_path, environment=environment).out) == {"days": []}
    assert "Nothing was asked" in holdfast("usage", cwd=tmp_path, environment=environment).out
    assert not (tmp_path / "none").exists()


def test_what_the_command_line_asks_is_counted(shop: Path) -> None:
    with ScriptedOllama() as ollama:
        ollama.generate_with(stream(REST, prompt_tokens=321))
        asked = holdfast(
            "complete", "app.py:5:17", "--json", cwd=shop, environment={"HOLDFAST_ENDPOINT": ollama.endpoint}
        )
    (day,) = json.loads(holdfast("usage", "--json", cwd=shop).out)["days"]

    assert asked.code == 0
    assert [(row["server"], row["requests"], row["prompt_tokens"]) for row in day["by"]] == [(ollama.endpoint, 1, 321)]


@pytest.mark.parametrize("days", ["0", "-1", "x"])
def test_a_wrong_number_of_days_is_a_usage_error(tmp_path: Path, days: str) -> None:
    assert holdfast("usage", "--days", days, cwd=tmp_path).code == 2


def test_a_damaged_database_is_an_error_with_a_word(tmp_path: Path) -> None:
    (tmp_path / "usage.db").write_bytes(b"not a database at all" * 100)
    ran = holdfast("usage", cwd=tmp_path, environment={"HOLDFAST_DATA_DIR": str(tmp_path)})

    assert ran.code == 1
    assert "usage.db cannot be used" in ran.err
