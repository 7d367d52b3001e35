"""Our own JSON, CSV, Markdown and YAML; tables of other programs; HTML to Markdown. Nothing here prints or uses SQL."""
