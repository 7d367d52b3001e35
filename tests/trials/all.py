"""The list of the trials: the quick ones first, for what they leave of their time is the others'."""

from tests.trials import at_once, bombs, damage, editors, failing_disk, hostile, kills, places

_ROOMS = (places, editors, bombs, hostile, damage, kills, failing_disk, at_once)
TRIALS = tuple(room.TRIAL for room in _ROOMS)
