"""Statistics and their charts, and the year in review."""
