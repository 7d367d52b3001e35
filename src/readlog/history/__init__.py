"""The change log of the journal: its operations, undo and redo, and earlier versions of a reading.

- changelog: the logged lines, and which operations are undone
- list_history: operations and versions for `readlog history`
- describe_operation, describe_change: both in words
- undo: `readlog undo`, with operation_effects (what it did, what changed later) and row_restorer
- reading_versions: readings as they were at any time, rebuilt from the log
- results, plain, terminal: what the history returns, and how it is printed
"""
