"""The recall that the shipped workspace must keep: `python tests/eval_gate.py` measures it and records it anew."""

import json
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from holdfast.evaluation.context_report import ContextReport
from holdfast.evaluation.evaluate_context import EvaluationPlan, evaluate_context
from holdfast.evaluation.workspace_copy import copy_workspace

WORKSPACES: Final = Path(__file__).resolve().parent.parent / "fixtures" / "workspaces"
WORKSPACE: Final = WORKSPACES / "harbour"
RECORDED: Final = WORKSPACES / "harbour-recall.json"
MAY_FALL: Final = 0.03
_PLAN: Final = EvaluationPlan(sessions=40, seed=1, context_bytes=(None, 3_000))


def measure() -> dict[str, float]:
    """Recall and kept block of the workspace, each a share."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name).resolve()
        return shares(evaluate_context(copy_workspace(WORKSPACE, place), _PLAN, place, lambda _done, _all: None))


def shares(report: ContextReport) -> dict[str, float]:
    """What is recorded of a report."""
    whole, short = report.rows["holdfast"], report.rows["holdfast, 3,000 bytes"]
    keeping = whole.keeping
    kept = keeping.kept / keeping.keystrokes if keeping is not None else None
    values = {
        "new names": whole.recall.value,
        "new names at 3,000 bytes": short.recall.value,
        "definitions": whole.definitions.value,
        "kept block": kept,
    }
    return {name: round(value, 4) for name, value in values.items() if value is not None}


def fallen(recorded: Mapping[str, float], measured: Mapping[str, float]) -> list[str]:
    """What fell by more than three points, in words; a share that is no longer measured fell to nothing."""
    return [
        f"{name}: {measured.get(name, 0.0):.3f}, recorded {before:.3f}"
        for name, before in recorded.items()
        if measured.get(name, 0.0) < before - MAY_FALL
    ]


def read_recorded() -> dict[str, float]:
    """What was recorded last."""
    values: dict[str, float] = json.loads(RECORDED.read_text("utf-8"))
    return values


def main() -> int:
    """Record what is measured now."""
    before = read_recorded() if RECORDED.is_file() else {}
    measured = measure()
    RECORDED.write_text(json.dumps(measured, indent=1) + "\n", "utf-8")
    for name, value in measured.items():
        sys.stdout.write(f"{name}: {before.get(name, 0.0):.3f} -> {value:.3f}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
