"""Quotes: saved, chosen, shown."""
