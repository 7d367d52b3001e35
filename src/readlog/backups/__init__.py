"""Backups of the journal: made, checked, listed, restored.

Unsaved drafts are in `drafts`, damaged files in `doctor.salvage`.
"""
