"""The commands: options in, one question or change to the journal, one call on what shows it."""

from readlog.cli.app import main as main
