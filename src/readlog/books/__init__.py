"""Books, authors and tags as such: rename, merge."""
