"""Readings from files of other programs and from our own exports, merged into the journal."""
