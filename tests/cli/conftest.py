from pathlib import Path

import pytest

from shop_workspace import make_shop


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project of its own: `app.py` uses a function of `library.py`."""
    root = make_shop(tmp_path / "shop")
    (root / ".git").mkdir()
    return root
