"""A reading journal for the command line: what you read, when, and what you thought of it."""

__version__ = "0.1.0"
