import pytest

from readlog.ui import wording


@pytest.mark.parametrize(
    ("octets", "said"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999_600, "1.0 MB"),
        (151_552, "152 kB"),
        (999_499, "999 kB"),
        (1_000_000, "1.0 MB"),
        (3_149_000, "3.1 MB"),
    ],
)
def test_sizes_are_read_at_a_glance(octets: int, said: str) -> None:
    """In kilobytes below a megabyte, in powers of ten, as a file browser has them."""
    assert wording.file_size(octets) == said


def test_names_are_joined_as_in_a_sentence() -> None:
    """However many there are."""
    assert [wording.join_names("ABCD"[:number]) for number in range(5)] == [
        "",
        "A",
        "A and B",
        "A, B and C",
        "A, B, C and D",
    ]


def test_where_a_quote_stands_is_as_much_as_is_known() -> None:
    """A page, a location, both or nothing."""
    assert [wording.page_and_location(*place) for place in ((None, None), ("3", None), (None, "20"), ("iv", "20"))] == [
        "",
        "p. 3",
        "location 20",
        "p. iv, location 20",
    ]
