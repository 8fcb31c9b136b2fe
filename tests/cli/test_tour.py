import re
from pathlib import Path

from cli_process import holdfast_at_once

HEADING = re.compile(r"^part_\d\.py$", re.MULTILINE)


def make_project(root: Path) -> Path:
    (root / ".git").mkdir(parents=True)
    for number in range(6):
        (root / f"part_{number}.py").write_text(
            "import logging\n\nlogger = logging.getLogger(__name__)\n\n\n"
            f"def run_{number}(job):\n    logger.info('starting the job %s', job.name)\n"
            "    return job.execute_now(with_retries=True)\n"
        )
    return root


def test_the_tour_completes_lines_of_the_project_and_says_how_well(tmp_path: Path) -> None:
    project = make_project(tmp_path / "project")
    ran, again = holdfast_at_once(("tour",), ("tour", str(project), "--seed", "1"), cwd=project)

    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0] == f"Indexing {project} …"
    assert lines[1].startswith("6 files, ")
    assert "No model: Nothing answers at http://127.0.0.1:1." in ran.out
    assert "Engine   the embedded engine, from this project's own code" in ran.out
    assert len(HEADING.findall(ran.out)) == ran.out.count("⟦") == ran.out.count("The file says: ") == 3
    assert "The file says: exactly what stands there" in ran.out
    assert HEADING.findall(again.out) == HEADING.findall(ran.out), "a seed draws the same lines again"


def test_a_project_without_files_is_an_error_and_one_without_code_is_silent(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "prose").mkdir()
    (tmp_path / "prose" / "a.txt").write_text("Nothing to see here.\n")
    empty, prose = holdfast_at_once(("tour", "empty"), ("tour", "prose"), cwd=tmp_path)

    assert empty.code == 4
    assert empty.err == f"holdfast: There are no source files in {tmp_path / 'empty'}. Name a project with code.\n"
    assert (prose.code, prose.err) == (0, "")
    assert prose.out.endswith("Nothing was suggested at 0 places: there is too little code here to learn from.\n")
