import json
import stat
from pathlib import Path

from cli_contract import Config, Trusted, answer, one_line
from cli_process import holdfast, holdfast_at_once
from manifest_repository import ADA, Repository


def test_a_folder_and_all_below_it_are_trusted_until_the_list_says_otherwise(shop: Path, private_places: Path) -> None:
    (shop / "inner").mkdir()
    other = shop.parent / "other"
    other.mkdir()
    first = answer(holdfast("trust", "--json", cwd=shop), Trusted)
    second = answer(holdfast("trust", "../other", "--json", cwd=shop), Trusted)
    commands = (("trust", str(other), "--json"), ("config", "inner", "--json"), ("config", "..", "--json"))
    ran = holdfast_at_once(*commands, cwd=shop)
    again = answer(ran[0], Trusted)
    inner, above = (answer(each, Config) for each in ran[1:])

    assert first.trusted == [str(shop)]
    assert second.trusted == again.trusted == sorted([str(shop), str(other)])
    assert (inner.trusted, above.trusted) == (True, False)
    kept = private_places / "data" / "trusted.json"
    assert json.loads(kept.read_text()) == second.trusted
    assert (stat.S_IMODE(kept.stat().st_mode), stat.S_IMODE(kept.parent.stat().st_mode)) == (0o600, 0o700)


def test_a_person_is_told_what_trust_means_and_where_it_is_kept(shop: Path, private_places: Path) -> None:
    ran = holdfast("trust", cwd=shop)

    assert (ran.code, ran.err) == (0, "")
    kept = private_places / "data" / "trusted.json"
    assert ran.out == f"{shop} is trusted: its CLAUDE.md is sent along and its .env.local read. Kept in {kept}.\n"


def test_trusting_accepts_what_the_folder_holds_and_no_later_commit_of_another(
    tmp_path: Path, private_places: Path
) -> None:
    repository = Repository(tmp_path / "made")
    repository.commit({"CLAUDE.md": "One."})
    holdfast("trust", cwd=repository.root)
    repository.commit({"CLAUDE.md": "Two."}, by=ADA)
    ran = holdfast("manifest", "show", "--json", cwd=repository.root)

    assert [section["text"] for section in json.loads(ran.out)] == ["One."]
    assert (private_places / "data" / "manifests.db").is_file()


def test_a_damaged_list_is_said_and_begun_again(shop: Path, private_places: Path) -> None:
    kept = private_places / "data" / "trusted.json"
    kept.parent.mkdir()
    kept.write_bytes(b"\xff[nonsense")
    ran = holdfast("trust", "--json", cwd=shop)

    assert ran.code == 0
    assert Trusted.model_validate_json(one_line(ran)).trusted == [str(shop)]
    assert ran.err.startswith(f"holdfast: {kept} cannot be read, so no folder is trusted: ")


def test_what_cannot_be_trusted_or_kept_is_a_line_of_words(shop: Path) -> None:
    no_folder = holdfast("trust", "app.py", "--json", cwd=shop)
    no_place = holdfast("trust", "--json", cwd=shop, environment={"HOLDFAST_DATA_DIR": str(shop / "app.py")})

    assert (no_folder.code, no_folder.out) == (4, "")
    assert no_folder.err == "holdfast: app.py is not a folder. Name the folder it lies in.\n"
    assert (no_place.code, no_place.out) == (1, "")
    assert no_place.err.splitlines()[-1].startswith(f"holdfast: Cannot make the folder {shop / 'app.py'}: ")
