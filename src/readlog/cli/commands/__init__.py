"""One thin file per command: options in, one call on the journal, one call on a view."""
