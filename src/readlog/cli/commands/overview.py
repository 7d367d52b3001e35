"""Bare `readlog`: the overview."""

from readlog.journal import Journal
from readlog.storage.paths import has_drafts
from readlog.ui import streams


def print_overview(journal: Journal, *, json: bool) -> None:
    """Print the overview and the number of unsaved drafts, or for an empty journal commands to try."""
    if json:
        from readlog.formats.json_format import dumps

        streams.put(dumps(journal.overview_record()))
        return
    overview = journal.overview()
    if not overview.readings:
        from readlog.overview.plain import WELCOME

        streams.put(WELCOME)
    elif streams.on_terminal():
        from readlog.overview.terminal import show_overview

        show_overview(overview)
    else:
        from readlog.overview.plain import put_overview

        put_overview(overview)
    if has_drafts():
        from readlog.drafts.draft_files import list_unsaved_drafts
        from readlog.drafts.output import say_unsaved_drafts

        say_unsaved_drafts(sum(not each.is_open for each in list_unsaved_drafts(journal.path)))
