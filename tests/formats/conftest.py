from pathlib import Path

import pytest
from tests.formats.exports import Years


@pytest.fixture
def years(tmp_path: Path) -> Years:
    """A journal and a folder, both empty."""
    folder = tmp_path / "notes"
    folder.mkdir()
    return Years(folder)
