"""Readings written to files: formats, folders, other services."""
