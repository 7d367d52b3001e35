"""The search language: one for `search`, `list` and `export`. `docs/query.md` teaches it."""
