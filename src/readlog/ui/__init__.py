"""What several features need to print and to ask: streams, console, prompts, editor, progress bar, wording."""
