"""Tries to make readlog lose words: kills it, fails its disk, damages its file, and tells what held.

python -m tests.trials --minutes 30 [--only kills] [--seed 1905] [--write]
"""

import argparse
import sys
import time

from tests.trials.disk import remove_library, stand_between
from tests.trials.report import DOCUMENT, Outcome, report, written_into
from tests.trials.trial import Budget, Found, Trial


def arguments() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.trials", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=30, metavar="N", help="shared among the trials")
    parser.add_argument("--short", action="store_true", help="a little of each, in about a minute")
    parser.add_argument("--only", default="", metavar="NAME", help="trials whose name contains this")
    parser.add_argument("--seed", type=int, default=int(time.time()), metavar="N", help="to run the same again")
    parser.add_argument("--write", action="store_true", help="write the figures into docs/reliability.md")
    return parser.parse_args()


def main() -> int:
    """Run the trials, print what they found; the exit code is 1 where something does not hold."""
    from tests.trials.all import TRIALS
    from tests.trials.child import load

    asked = arguments()
    load()
    chosen = [trial for trial in TRIALS if asked.only in trial.name]
    outcomes = []
    end = time.monotonic() + asked.minutes * 60
    for number, trial in enumerate(chosen):
        shares = sum(each.share for each in chosen[number:])
        seconds = None if asked.short else max(1.0, (end - time.monotonic()) * trial.share / shares)
        outcomes.append(_outcome(trial, asked.seed, seconds))
    command = " ".join(["python -m tests.trials", *(f"--{name}" for name in ("short",) if asked.short),
                        *([] if asked.short else [f"--minutes {asked.minutes:g}"]), f"--seed {asked.seed}"])  # fmt: skip
    text = report(outcomes, command)
    sys.stdout.write(text)
    if asked.write:
        DOCUMENT.write_text(written_into(DOCUMENT.read_text(encoding="utf-8"), text), encoding="utf-8")
    return 1 if any(outcome.found.wrong for outcome in outcomes) else 0


def _outcome(trial: Trial, seed: int, seconds: float | None) -> Outcome:
    sys.stderr.write(f"{trial.name} (seed {seed}) ...\n")
    found, began = Found(), time.monotonic()
    try:
        trial.run(Budget(seed, seconds), found)
    except RuntimeError as error:
        found.fail("the trial could not begin", str(error))
    outcome = Outcome(trial, found, time.monotonic() - began)
    sys.stderr.write("".join(f"  {failure}\n" for failure in found.failures))
    sys.stderr.write(f"  {outcome.verdict}, {outcome.seconds:.0f} s\n")
    return outcome


if __name__ == "__main__":
    stand_between()
    remove_library()
    sys.exit(main())
