"""The start page: what is being read, the goal, this day in other years."""
