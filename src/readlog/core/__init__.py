"""The ground floor: the words of a reading journal, with no file, no SQL and no terminal in them."""
