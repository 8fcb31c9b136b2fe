"""The command `holdfast`: one file per subcommand; errors become one line and an exit code here."""

import importlib
import io
import os
import sys
from typing import Final

_STANDALONE: Final = {"serve": ("holdfast.lsp.serve", "serve")}
"""Commands that must start fast and take no options of ours."""


def main() -> None:
    """Run the command line; exit 0, or the code of the error."""
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name in _STANDALONE and set(sys.argv[2:]) <= {"--stdio"}:
        module, function = _STANDALONE[name]
        getattr(importlib.import_module(module), function)()
        return
    from holdfast.cli.commands import command_line  # noqa: PLC0415 - typer and rich are not for `serve`
    from holdfast.cli.plain_log import log_plainly  # noqa: PLC0415
    from holdfast.errors import HoldfastError  # noqa: PLC0415

    is_debug = log_plainly(os.environ.get("HOLDFAST_LOG", ""))
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal that lacks a character shows a question mark; it is no reason to stop.
        sys.stdout.reconfigure(errors="replace")
    try:
        command_line(name)()
    except HoldfastError as error:
        print(f"holdfast: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        print("holdfast: stopped.", file=sys.stderr)
        sys.exit(130)
    except Exception as error:
        if is_debug:
            raise
        what = f"{type(error).__name__}: {error}"
        print(f"holdfast: something broke: {what}. HOLDFAST_LOG=debug shows where.", file=sys.stderr)
        sys.exit(1)
