"""Bare `readlog`: the journal at a glance."""

from readlog.journal import Journal
from readlog.storage.drafts import waiting_drafts
from readlog.ui import streams
from readlog.ui.welcome import WELCOME


def dashboard(journal: Journal) -> None:
    """Show the dashboard, or on an empty journal what to try."""
    overview = journal.overview()
    if not overview.readings:
        streams.put(WELCOME)
    elif streams.on_terminal():
        from readlog.ui.dashboard import show_overview

        show_overview(overview)
    else:
        from readlog.ui.plain_page import put_overview

        put_overview(overview)
    streams.say_of_drafts(sum(not each.is_open for each in waiting_drafts(journal.path)))
