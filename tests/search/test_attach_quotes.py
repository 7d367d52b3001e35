from tests.given import make

from readlog.journal import Journal


def test_a_hit_in_a_quote_tells_which_one(journal: Journal) -> None:
    """With nothing of another quote in its passage."""
    journal.add(
        make(quotes=[{"text": "Bread first.", "page": "3"}, {"text": "Then\nthe  snowfall\nbegan.", "page": "31"}])
    )
    (hit,) = journal.with_quotes(journal.search("snowfall")).hits
    assert hit.quote
    assert (hit.place, hit.quote.page, hit.passage_in_one_line) == (
        "quote",
        "31",
        "Then · the \x02snowfall\x03 · began.",
    )
    journal.add(make(quotes=["alpha bread · beta gamma"]), again=True)
    (dotted,) = journal.with_quotes(journal.search("beta")).hits
    assert dotted.passage_in_one_line == "alpha bread · \x02beta\x03 gamma"
    (inside,) = journal.with_quotes(journal.search("nowfal")).hits
    assert inside.quote
    assert inside.quote.page == "31"
    (other,) = journal.with_quotes(journal.search("city")).hits
    assert other.quote is None


def test_a_hidden_word_is_found_in_its_quote(journal: Journal) -> None:
    """With its page, and masked; where two quotes look the same for that, neither is named."""
    journal.add(make(quotes=["x", {"text": "||Boris dies|| here", "page": "9"}, "And all is well"]))
    (hit,) = journal.with_quotes(journal.search("boris")).hits
    assert hit.quote
    assert (hit.quote.page, (hit.passage_in_one_line or "").replace("\x02", "").replace("\x03", "")) == (
        "9",
        "░░░░░░░ ░░░░░░ here",
    )
    journal.add(make("Emma", quotes=["||Anna|| dies", "||Emil|| dies"]))
    (hit,) = journal.with_quotes(journal.search("emil")).hits
    assert hit.quote is None


def test_a_search_does_not_tell_what_a_quote_hides(journal: Journal) -> None:
    """Neither whole words nor parts of them; bars of another quote have no part in it."""
    journal.add(make(quotes=["This || that.", {"text": "He ||dies by water||.", "remark": "oh ||really||"}]))
    for query in ("water", "wate", "ater", "really"):
        (hit,) = journal.with_quotes(journal.search(query)).hits
        assert hit.passage
        bare = hit.passage.replace("\x02", "").replace("\x03", "")
        assert "wat" not in bare
        assert "really" not in bare
