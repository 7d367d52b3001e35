"""Whether two entries are the same person or the same book."""
