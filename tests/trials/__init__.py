"""The trials: what tries to make readlog lose words, for a machine that has time. See `python -m tests.trials -h`."""
