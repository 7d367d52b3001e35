"""A new journal from a file that SQLite can no longer read.

Unsaved drafts are in `drafts`, backups of the journal in `backups`.
"""
