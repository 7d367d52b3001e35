import pytest
from tests.stats.test_results import SECTIONS

from readlog.stats.plain import put_groups, put_statistics
from readlog.stats.results import Group, Statistics

GROUP = Group("2012", 2, 1, 448, 0, 4.125, 2, 0.375, 0, 1, 1)
STATISTICS = Statistics(GROUP._replace(label=None), "year", [Group("2011"), GROUP], None, 2011, 2012, SECTIONS)


def test_a_group_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """What is not known is an empty cell; ratings have two digits."""
    put_groups(STATISTICS)
    assert capsys.readouterr().out == "2011\t0\t0\t\t0\t\t0\t\t0\t0\t0\n2012\t2\t1\t448\t0\t4.12\t2\t0.38\t0\t1\t1\n"


def test_everything_there_is_to_say_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Its section first, then a label, then the numbers."""
    put_statistics(STATISTICS)
    assert capsys.readouterr().out.splitlines() == [
        "all\t\t2\t1\t448\t0\t4.12\t2\t0.38\t0\t1\t1",
        "year\t2011\t0\t0\t\t0\t\t0\t\t0\t0\t0",
        "year\t2012\t2\t1\t448\t0\t4.12\t2\t0.38\t0\t1\t1",
        "rating\t4.5\t1",
        "rating\t\t0",
        "rating\tmedian\t4.5",
        "day\t2012-03-17\t1",
        "day\t\t0",
        "most-read\tVictor Serge\t1\t1\t4.5\t1",
        "best-loved\tVictor Serge\t1\t1\t4.5\t1",
        "new-authors\t2012\t1\t0\t0",
        "longest\tConquered City\t224\t3\tVictor Serge; A. N. Other",
        "days\t\t3\t1\t0",
        "quickest\tConquered City\t3\t3\tVictor Serge; A. N. Other",
        "slowest\tConquered City\t3\t3\tVictor Serge; A. N. Other",
        "abandoned\t\t1\t1\t0",
        "abandoned\tConquered City\t133\t3\tVictor Serge; A. N. Other",
        "reread\t\t1\t1\t1\t0",
        "reread\tConquered City\t2\t3\tVictor Serge; A. N. Other",
    ]
