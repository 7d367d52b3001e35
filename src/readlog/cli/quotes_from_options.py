"""Quotes from options and texts, and the drafts in which they are until they are in the journal."""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager

import typer

from readlog.cli.draft_on_error import draft_on_error
from readlog.core.clock import now, today
from readlog.core.domain_model import Quote, Reading
from readlog.core.errors import AlreadyExists, BadInput
from readlog.core.normalize_text import slug
from readlog.core.parse_fields import parse_field
from readlog.drafts.draft_files import Draft, create_draft_anywhere
from readlog.drafts.results import DraftTarget
from readlog.journal import Journal
from readlog.quotes.quote_text import read_quotes

_OPTIONS = ("page", "location", "remark")
_DRAFT_FIELD = "quotes"
"""In the fields of a draft of quotes: the values of these options."""


def quote_from_options(text: str, options: Mapping[str, str | None]) -> Quote:
    """The quote with this text and the options `page`, `location` and `remark`. Raises BadField."""
    (quote,) = parse_field("quotes", [{"text": text, **options}], today())
    assert isinstance(quote, Quote)
    return quote


def read_quotes_with_defaults(text: str, options: Mapping[str, str | None]) -> list[Quote]:
    """The quotes in a text; options hold for those that do not say it themselves. Raises BadInput."""
    default = quote_from_options("?", options)
    return [
        quote._replace(**{key: getattr(quote, key) or getattr(default, key) for key in _OPTIONS})
        for quote in read_quotes(text)
    ]


def has_all_quotes(reading: Reading, quotes: Iterable[Quote]) -> bool:
    """True if the reading has all these passages, whatever their line breaks."""
    passages = {" ".join(quote.text.split()) for quote in reading.quotes}
    return all(" ".join(quote.text.split()) in passages for quote in quotes)


def quote_draft_target(journal: Journal, reference: str, options: Mapping[str, str | None], again: bool) -> DraftTarget:
    """The target of a draft of quotes for the reading that `reference` names."""
    return DraftTarget(journal.path, now(), reference=reference, fields={_DRAFT_FIELD: dict(options)}, again=again)


def is_quote_draft(target: DraftTarget) -> bool:
    """True if the draft has quotes for an existing reading."""
    return _DRAFT_FIELD in (target.fields or {})


def options_of_quote_draft(target: DraftTarget) -> dict[str, str | None]:
    """The options that were given for the quotes of a draft."""
    options = (target.fields or {}).get(_DRAFT_FIELD)
    return {key: value for key, value in options.items() if key in _OPTIONS} if isinstance(options, dict) else {}


def save_quotes_on_error(text: str, target: DraftTarget, is_piped: bool) -> AbstractContextManager[Draft | None]:
    """Keep quotes in a draft if the block fails; see `draft_on_error`."""
    name = f"quotes {slug(target.reference or '') or 'untitled'}"
    return draft_on_error(
        lambda: create_draft_anywhere(name, text, target), is_piped, (BadInput, AlreadyExists, typer.Exit)
    )
