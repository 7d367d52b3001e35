"""Quotes saved with a reading: save, select, show and format them."""
