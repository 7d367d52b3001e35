from pathlib import Path

import pytest
from tests.given import make

from readlog.journal import Journal


@pytest.fixture(scope="session")
def dune_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A journal with a book in it; to copy it is quicker than to make one."""
    path = tmp_path_factory.mktemp("dune") / "journal.db"
    with Journal(str(path)) as journal:
        journal.add(make("Dune", authors=["Frank Herbert"], rating=4, review="One.\n\nTwo.\n\nThree."))
    return path
