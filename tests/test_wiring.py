"""What a setting says reaches the part that it is about."""

from pathlib import Path

import pytest

from holdfast.settings import Settings
from holdfast.wiring import build_completion
from holdfast.workspace_folder import Workspace


@pytest.mark.parametrize("milliseconds", [50, 600, 60_000])
async def test_how_long_a_silent_server_is_waited_for_is_a_setting(tmp_path: Path, milliseconds: int) -> None:
    workspace = Workspace(())
    completion = build_completion(Settings(slow_after_ms=milliseconds), workspace, scratch=tmp_path)
    try:
        assert completion.embedded is not None
        assert completion.embedded.slow_after_seconds == milliseconds / 1000
    finally:
        await completion.aclose()
        workspace.close()
