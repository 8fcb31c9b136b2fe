"""The model on this machine as a plain function, for a subcommand that asks it now and then."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from holdfast.cli.project import Project, completion_of
from holdfast.errors import ServerUnreachable
from holdfast.inference.personal_data import find_personal_data
from holdfast.redaction.model_pass import Ask


@contextmanager
def asking_for_personal_data(project: Project) -> Iterator[Ask]:
    """Whom to ask for names and numbers in conversation. Raises ServerError at once where no such model would answer."""
    # One loop, in this thread, that runs while something is asked: Ctrl+C ends the question as it ends all else.
    with asyncio.Runner() as runner:
        around = completion_of(project)
        completion = runner.run(around.__aenter__())
        try:
            if completion.model is None:
                raise ServerUnreachable(completion.server_problem() or "No model server is asked.")
            local = completion.model.local
            runner.run(local.chosen())
            yield lambda prompt: runner.run(find_personal_data(local, prompt))
        finally:
            runner.run(around.__aexit__(None, None, None))
