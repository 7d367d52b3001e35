"""How fast readlog is: whole processes of a real install, beside the least that could do the same."""
