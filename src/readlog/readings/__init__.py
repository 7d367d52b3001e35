"""Readings: add, edit, delete, find, list, show."""
