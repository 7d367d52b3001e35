import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.given import CONTROLS, TODAY, make
from tests.strategies import readings

from readlog.formats import json as readlog_json
from readlog.ground.model import Reading
from readlog.ground.record import KEYS, from_record


def _written(several: list[Reading]) -> str:
    file = io.StringIO()
    assert readlog_json.write(several, file) == len(several)
    return file.getvalue()


@given(st.lists(readings(), max_size=3))
def test_readings_survive_being_json(several: list[Reading]) -> None:
    """An array of records, whatever is in them."""
    assert [from_record(record, TODAY) for record in json.loads(_written(several))] == several


def test_a_record_is_a_line() -> None:
    """So that a diff shows what changed; every record has every key."""
    text = _written([make("A"), make("B")])
    lines = text.split("\n")
    assert (lines[0], lines[3], len(lines)) == ("[", "]", 5)
    assert list(json.loads(lines[2])) == KEYS
    assert _written([]) == "[]\n"


@given(st.text())
def test_json_moves_no_cursor(text: str) -> None:
    """Not even what another tool wrote into the file; it is escaped and comes back as it was."""
    dumped = readlog_json.dumps({"a": text})
    assert not set(dumped) & set(CONTROLS)
    assert json.loads(dumped) == {"a": text}


def test_what_is_no_json_is_not_written() -> None:
    """NaN is no number to anybody else."""
    with pytest.raises(ValueError):
        readlog_json.dumps(float("nan"))
