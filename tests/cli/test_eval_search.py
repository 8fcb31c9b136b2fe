import json
from pathlib import Path

from cli_process import holdfast


def test_the_search_of_a_made_up_log_is_measured_and_nothing_of_it_stays(tmp_path: Path) -> None:
    environment = {"HOLDFAST_DATA_DIR": str(tmp_path / "data"), "HOLDFAST_CACHE_DIR": str(tmp_path / "cache")}

    ran = holdfast("eval", "--search", "--entries", "1000", "--json", cwd=tmp_path, environment=environment)

    report = json.loads(ran.out)
    assert (ran.code, report["added_again"], report["seed"]) == (0, 0, 1)
    assert "one word: a name" in report["groups"]
    assert not (tmp_path / "data").exists()
    assert list((tmp_path / "cache").iterdir()) == []
