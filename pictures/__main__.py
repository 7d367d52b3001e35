"""Makes the pictures in docs/pictures anew: python -m pictures [--columns 60] [--into FOLDER]."""

import argparse
import sys
from pathlib import Path

from pictures.shots import PICTURES, make_all


def main() -> int:
    """Make the pictures that were asked for."""
    parser = argparse.ArgumentParser(prog="python -m pictures", description="Make the pictures of the documents anew.")
    parser.add_argument("--columns", type=int, metavar="N", help="the width of the terminal, where it shall be another")
    parser.add_argument("--into", type=Path, default=PICTURES, metavar="FOLDER", help="where they are written")
    asked = parser.parse_args()
    asked.into.mkdir(parents=True, exist_ok=True)
    for name, picture in make_all(asked.columns):
        (asked.into / f"{name}.svg").write_text(picture, encoding="utf-8", newline="\n")
        sys.stdout.write(f"{asked.into / name}.svg\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
