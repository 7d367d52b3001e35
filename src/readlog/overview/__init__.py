"""The start page: current readings, the yearly goal, this day in other years, a quote."""
