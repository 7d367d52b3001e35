import pytest
from tests.given import TODAY, make
from tests.import_files import Imports

from readlog.core.parse_fields import replace_fields
from readlog.imports.import_history import ImportHistory, import_command_name
from readlog.storage.transaction import logged_operation

ROW = make(
    "Dune", authors=["Frank Herbert"], tags=["Sci-Fi"], sources=["goodreads:1"], rating=3, finished="2012",
    quotes=["fear"], extra={"goodreads": {"Shelf": "a"}},
)  # fmt: skip


def history(imports: Imports, service: str = "goodreads") -> ImportHistory:
    """What the log says of a service."""
    return ImportHistory(imports.connection, service)


def values(imports: Imports, column: str) -> list[object]:
    """The values that a column of the first reading has got."""
    return [each.value for each in history(imports).column_values("readings", 1, column)]


def test_the_log_knows_who_has_said_what(imports: Imports) -> None:
    """The newest value first."""
    imports.bring(ROW)
    imports.edit(1, lambda now: replace_fields(now, {"rating": 5}, TODAY))
    ratings = history(imports).column_values("readings", 1, "rating")
    assert [(each.value, each.command) for each in ratings] == [(5.0, "edit"), (3.0, "import goodreads")]
    assert import_command_name("storygraph") == "import storygraph"


def test_what_was_undone_has_not_been(imports: Imports) -> None:
    """Nor what was undone and done again in between."""
    imports.bring(ROW)
    for rating, command in ((4.0, "edit"), (3.0, "undo"), (4.0, "undo"), (3.0, "undo 2")):
        imports.later()
        with logged_operation(imports.connection, command):
            imports.connection.execute("UPDATE readings SET rating = ?", (rating,))
    assert values(imports, "rating") == [3.0]


def test_an_import_that_was_undone_can_be_made_again(imports: Imports) -> None:
    """Nothing of it counts as a reader's own doing."""
    imports.bring(ROW)
    imports.later()
    with logged_operation(imports.connection, "undo"):
        imports.connection.execute("DELETE FROM books")
    report = imports.bring(ROW)
    assert (report.added, report.notes, imports.values("tags")) == (1, {}, [["Sci-Fi"]])


def test_what_a_reading_was_is_known(imports: Imports) -> None:
    """As the service left it, and every date that it had; by whomever it was brought."""
    imports.bring(ROW)
    for date in ("2011", None):
        imports.edit(1, lambda now, date=date: replace_fields(now, {"finished": date, "status": "reading"}, TODAY))
    previous = history(imports).previous_state(1)
    assert (previous.last_set, previous.finished_dates, previous.is_added_by_hand) == (
        ("finished", "2012", 3.0, None),
        {"2011", "2012"},
        False,
    )
    assert history(imports, "storygraph").previous_state(1).last_set is None
    imports.add(make("Emma"))
    assert history(imports).previous_state(2).is_added_by_hand


def test_what_the_service_left_beside_the_fields_is_known(imports: Imports) -> None:
    """Whatever a reader has made of it since."""
    imports.bring(ROW)
    imports.edit(1, lambda now: replace_fields(now, {"extra": {}}, TODAY))
    assert history(imports).last_extra(1) == {"goodreads": {"Shelf": "a"}}
    assert history(imports, "storygraph").last_extra(1) == {}


def test_what_readers_have_taken_off_is_known(imports: Imports) -> None:
    """A tag and a person in any spelling, and the very words of a quote."""
    imports.bring(ROW)
    assert not history(imports).was_tag_removed(1, "Sci-Fi")
    imports.edit(1, lambda now: replace_fields(now, {"tags": [], "authors": [], "quotes": []}, TODAY))
    log = history(imports)
    assert log.was_tag_removed(1, "sci-fi")
    assert log.was_person_removed(1, "F. Herbert")
    assert log.was_quote_removed(1, "fear")
    assert log.former_people(1) == ["Frank Herbert"]
    assert not log.was_tag_removed(2, "sci-fi")
    assert not log.was_person_removed(1, "Brian Herbert")


@pytest.mark.parametrize(("service", "counts"), [("readlog", True), ("storygraph", False)])
def test_what_a_readers_own_file_takes_off_a_reader_has_taken_off(imports: Imports, service: str, counts: bool) -> None:
    """What another service does is no reader's doing."""
    imports.bring(ROW)
    with logged_operation(imports.connection, import_command_name(service)):
        imports.connection.execute("DELETE FROM book_tags")
    assert history(imports).was_tag_removed(1, "Sci-Fi") is counts


def test_who_has_brought_a_name_is_known(imports: Imports) -> None:
    """The service, as long as nobody else has put the person there too."""
    imports.bring(ROW)
    assert history(imports).has_added_person(1, "Frank Herbert")
    assert not history(imports, "storygraph").has_added_person(1, "Frank Herbert")
    assert not history(imports).has_added_person(1, "Brian Herbert")
