"""The floors: the least programs that could do what readlog does, to be installed beside it."""
