"""Golden files: what the program prints, byte for byte. `READLOG_GOLDEN=write pytest` writes them anew; read the diff."""

import os
import re
from pathlib import Path

FOLDER = Path(__file__).parent / "golden"


def same_as_golden(name: str, text: str) -> None:
    """Assert that `text` is what the golden file says, but for uids, which are random."""
    golden = FOLDER / name
    fresh = without_uids(text)
    if os.environ.get("READLOG_GOLDEN") == "write":
        golden.parent.mkdir(exist_ok=True)
        golden.write_bytes(fresh.encode())
    assert fresh == golden.read_bytes().decode()


def without_uids(text: str) -> str:
    """`text` with its uids replaced by what kind they are of."""
    return re.sub(r"\b([brq])[0-9a-f]{16}\b", r"\1-uid", text)
