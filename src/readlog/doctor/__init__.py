"""Checks of the journal file and of the record in it, each finding with a repair."""
