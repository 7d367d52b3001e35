"""What `readlog search` adds to a query: ranking, passages, corrections. The language itself is in `query`.

- run_search: the whole search, ranked or sorted
- ranking: the best hits first
- snippets: the passage of a hit, with spoilers masked; attach_quotes: the quote that it is from
- spelling: corrections of words that no reading has
- results, plain, terminal: the hits, and how they are printed
"""
