"""The list of the trials: the quick ones first, for what they leave of their time is the others', the longest one's most of all."""

from tests.trials import at_once, bombs, damage, editors, failing_disk, hostile, kills, places

_ROOMS = (places, editors, bombs, hostile, damage, kills, at_once, failing_disk)
TRIALS = tuple(room.TRIAL for room in _ROOMS)
