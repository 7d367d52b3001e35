"""Full-text search: ranking, snippets, spelling correction. (The language of queries: query/.)"""
