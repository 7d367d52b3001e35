"""Long text through the reader's pager; where that fails, the text is printed after all."""

import os
import sys

from readlog.ui.run_program import run_child, words_of


def show_in_pager(page: str, height: int) -> None:
    """Show `page`, which may have colours, in $PAGER or less; just print it where it fits into `height` lines."""
    if page.count("\n") < height or not _paged(page):
        sys.stdout.write(page)


def _paged(page: str) -> bool:
    command = words_of(os.environ.get("PAGER", "")) or ["less"]
    if os.path.basename(command[0]) == "less":
        command.append("-R")
    environment = {"LESS": "FRX", "LESSCHARSET": "utf-8"} | os.environ
    return run_child(command, page.encode(errors="replace"), environment) == 0
