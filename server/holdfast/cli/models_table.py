"""How a survey of the installed models looks: for a program, and for a person."""

from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from holdfast.cli.output import printable
from holdfast.inference.model_survey import ModelSurvey, SurveyedModel

_ORDER: Final = {"psm": "prefix first", "spm": "suffix first", "server": "the server's", "chat": "in words"}
_OTHER_FILES: Final = {"tokens": "own tokens", "titles": "under paths", "comments": "comments"}
_GIB: Final = 1 << 30


def survey_json(survey: ModelSurvey, endpoint: str, wanted: str) -> dict[str, object]:
    """`models` of the contract."""
    chosen, problem = survey.chosen, survey.problem
    return {
        "endpoint": endpoint,
        "wanted": wanted,
        "chosen": None if chosen is None else {"name": chosen.name, "why": chosen.why},
        "reason": None if problem is None else problem.reason,
        "models": [_model_json(model) for model in survey.models],
    }


def _model_json(surveyed: SurveyedModel) -> dict[str, object]:
    model, family = surveyed.model, surveyed.fit.family
    return {
        "name": model.name,
        "bytes": model.size,
        "parameters": model.parameter_size,
        "quantization": model.quantization,
        "loaded": surveyed.is_loaded,
        "remote": model.is_remote,
        "fills": surveyed.fit.fills,
        "family": None if family is None else family.name,
        "order": None if family is None else family.order,
        "other_files": None if family is None else family.repository.kind,
        "stop": [] if family is None else list(family.stop),
        "context_length": surveyed.context_length,
        "refused": bool(surveyed.refusal),
        "why": surveyed.remark,
    }


def print_survey(console: Console, survey: ModelSurvey, endpoint: str, wanted: str) -> None:
    """A table of the models that complete, then those that are refused, then the choice."""
    usable = [model for model in survey.models if not model.refusal]
    refused = [model for model in survey.models if model.refusal]
    if usable:
        console.print(_table(survey, usable))
    for model in refused:
        console.print(Text(f"✗ {_name(model)}: {printable(model.remark)}", style="dim"), soft_wrap=True)
    if survey.models:
        console.print()
    if not survey.models:
        console.print(f"{endpoint} has no models. {survey.advice.to_get()}", soft_wrap=True)
    elif survey.chosen is not None:
        words = (
            f"{printable(survey.chosen.name)} completes (holdfast.model is {printable(wanted)}): {survey.chosen.why}."
        )
        console.print(Text("✓ ", style="green") + Text(words), soft_wrap=True)
    elif survey.problem is not None:
        console.print(Text(f"Nothing is chosen: {printable(str(survey.problem))}"), soft_wrap=True)


def _table(survey: ModelSurvey, models: list[SurveyedModel]) -> Table:
    table = Table(box=None, pad_edge=False)
    for title in ("", "Model", "Size", "Family", "Order", "Other files"):
        table.add_column(title, no_wrap=True)
    table.add_column("Why")
    for surveyed in models:
        family = surveyed.fit.family
        if family is None:
            continue
        is_chosen = survey.chosen is not None and survey.chosen.name == surveyed.model.name
        table.add_row(
            Text("✓" if is_chosen else " ", style="green"),
            Text(_name(surveyed), style="" if surveyed.fit.fills else "dim"),
            Text(f"{surveyed.model.size / _GIB:.1f} GiB"),
            Text(family.name),
            Text(_ORDER[family.order]),
            Text(_OTHER_FILES[family.repository.kind]),
            Text(("loaded; " if surveyed.is_loaded else "") + printable(surveyed.remark), style="dim"),
        )
    return table


def _name(surveyed: SurveyedModel) -> str:
    return printable(surveyed.model.name)
