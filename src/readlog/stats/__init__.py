"""Statistics, charts, goals, and the review of a year."""
