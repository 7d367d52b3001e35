"""The change log: what happened, undo and redo, earlier versions of a reading."""
