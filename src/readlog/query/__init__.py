"""The query language, the same for every command that selects readings; docs/query.md explains it.

- query_parser: from text to a tree of words, fields, and, or, not
- query_fields: the fields that a query can name, each with its SQL condition
- query_to_sql: from the tree to SQL and FTS5 expressions
- id_list: lists of ids as one SQL parameter

The folder `search` ranks what a query finds, chooses passages and corrects misspelt words.
"""
