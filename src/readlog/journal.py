"""The journal: every question that can be asked of it, and every change that can be made to it."""

from readlog.journal_class import Journal

__all__ = ["Journal"]
