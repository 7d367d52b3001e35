"""The page of bare `readlog`: current readings, the yearly goal, this day in other years, a quote."""
